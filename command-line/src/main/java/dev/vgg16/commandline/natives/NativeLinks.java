package dev.vgg16.commandline.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Links beside native libraries. JavaCPP renames OpenBLAS when it unpacks it, and loads OpenCV only
 * after the bindings of BLAS and LAPACK, of 24 MB, whose functions nothing here calls: those
 * without LAPACK load in their place.
 *
 * <p>And each library has a name without its version, by which {@code System.loadLibrary} finds it:
 * JavaCPP's own search for it, among the resources of all jars, takes longer than to load OpenCV
 * ({@code org.bytedeco.javacpp.findLibraries}).
 */
public final class NativeLinks {

  /** Names that JavaCPP knows libraries by. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "libopenblas.so.0", "libopenblas_nolapack.so.0",
          "libjniopenblas_nolapack.so", "libjniopenblas.so",
          "libjniopenblas_nolapack.dylib", "libjniopenblas.dylib");

  /** Names with a version, on Linux and on macOS. */
  private static final List<Pattern> VERSIONED =
      List.of(
          Pattern.compile("(?<name>lib.+)(?<suffix>\\.so)\\.[0-9.]+"),
          Pattern.compile("(?<name>lib[^.]+)\\.[0-9.]+(?<suffix>\\.dylib)"));

  private NativeLinks() {}

  /** Creates those whose library is in the folder. */
  public static void create(Path folder) throws IOException {
    for (Map.Entry<String, String> link : of(folder).entrySet()) {
      Files.createSymbolicLink(folder.resolve(link.getKey()), Path.of(link.getValue()));
    }
  }

  /** Deletes all links in the folder. */
  static void delete(Path folder) throws IOException {
    List<Path> links;
    try (Stream<Path> files = Files.list(folder)) {
      links = files.filter(Files::isSymbolicLink).toList();
    }
    for (Path link : links) {
      Files.delete(link);
    }
  }

  /** Whether those whose library is in the folder exist. */
  public static boolean exist(Path folder) throws IOException {
    return of(folder).keySet().stream().allMatch(link -> leadsToLibrary(folder.resolve(link)));
  }

  private static boolean leadsToLibrary(Path link) {
    return Files.isSymbolicLink(link) && Files.exists(link);
  }

  /** The libraries that links lead to, by the names of the links. */
  private static Map<String, String> of(Path folder) throws IOException {
    Map<String, String> links = new HashMap<>();
    for (String library : namesIn(folder)) {
      String renamed = RENAMED.get(library);
      if (renamed != null) {
        links.put(renamed, library);
        withoutVersion(renamed, library, links);
      }
      withoutVersion(library, library, links);
    }
    return links;
  }

  private static List<String> namesIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !Files.isSymbolicLink(file))
          .map(file -> file.getFileName().toString())
          .toList();
    }
  }

  private static void withoutVersion(String name, String library, Map<String, String> links) {
    for (Pattern versioned : VERSIONED) {
      Matcher matcher = versioned.matcher(name);
      if (matcher.matches()) {
        links.put(matcher.group("name") + matcher.group("suffix"), library);
      }
    }
  }
}
