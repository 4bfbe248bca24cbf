package dev.vgg16.commandline.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Links beside native libraries. JavaCPP renames OpenBLAS when it unpacks it, and loads OpenCV only
 * after the bindings of BLAS and LAPACK, of 24 MB, whose functions nothing here calls: those
 * without LAPACK load in their place.
 */
public final class NativeLinks {

  /** Names of links by the libraries that they lead to. */
  private static final Map<String, String> LINKS =
      Map.of(
          "libopenblas.so.0", "libopenblas_nolapack.so.0",
          "libjniopenblas_nolapack.so", "libjniopenblas.so",
          "libjniopenblas_nolapack.dylib", "libjniopenblas.dylib");

  private NativeLinks() {}

  /** Creates those whose library is in the folder. */
  public static void create(Path folder) throws IOException {
    for (Map.Entry<String, String> link : LINKS.entrySet()) {
      if (Files.exists(folder.resolve(link.getKey()))) {
        Files.createSymbolicLink(folder.resolve(link.getValue()), Path.of(link.getKey()));
      }
    }
  }

  /** Whether those whose library is in the folder exist. */
  public static boolean exist(Path folder) {
    return LINKS.entrySet().stream()
        .filter(link -> Files.exists(folder.resolve(link.getKey())))
        .allMatch(link -> Files.exists(folder.resolve(link.getValue())));
  }
}
