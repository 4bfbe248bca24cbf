package dev.vgg16.commandline.natives;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Unpacks the native libraries for this platform:
 *
 * <pre>UnpackNatives [--move | --for-jar] NAME TARGET [CACHE]</pre>
 *
 * <p>TARGET is a module's build folder; its file {@code native-jars} lists the jars with native
 * libraries. They are unpacked into {@code TARGET/native/NAME}, or {@code CACHE/NAME} if that can't
 * be written; the folder is printed. {@code --move} removes the libraries of all platforms from the
 * jars, so that a container image contains each once. {@code --for-jar} does so too, and makes no
 * links beside the libraries: these are packed into another jar, which can't have any.
 */
public final class UnpackNatives {

  private UnpackNatives() {}

  public static void main(String[] args) {
    try {
      System.out.println(run(Arrays.asList(args)));
    } catch (IOException | RuntimeException e) {
      System.err.println(e.getMessage() == null ? e.toString() : e.getMessage());
      System.exit(1);
    }
  }

  /** The libraries' folder; empty on platforms for which the jars unpack their libraries. */
  static String run(List<String> arguments) throws IOException {
    String option = arguments.get(0);
    boolean forJar = option.equals("--for-jar");
    boolean move = forJar || option.equals("--move");
    List<String> rest = move ? arguments.subList(1, arguments.size()) : arguments;
    String name = rest.get(0);
    Path target = Path.of(rest.get(1));
    Optional<Path> cache = rest.size() > 2 ? Optional.of(Path.of(rest.get(2))) : Optional.empty();
    Optional<Platform> platform =
        Platform.of(System.getProperty("os.name"), System.getProperty("os.arch"));
    if (platform.isEmpty()) {
      return "";
    }
    NativeJars jars = new NativeJars(jars(target), platform.get());
    Path folder = unpack(jars, name, target.resolve("native"), cache);
    if (move) {
      jars.removeNatives();
    }
    if (forJar) {
      NativeLinks.delete(folder);
    }
    return folder.toString();
  }

  private static List<Path> jars(Path target) throws IOException {
    String list = Files.readString(target.resolve("native-jars")).strip();
    return Pattern.compile("[:;]").splitAsStream(list).map(target::resolve).toList();
  }

  private static Path unpack(NativeJars jars, String name, Path beside, Optional<Path> cache)
      throws IOException {
    try {
      return new NativeFolder(beside).of(name, jars::copyTo);
    } catch (IOException e) {
      if (cache.isEmpty()) {
        throw new IOException(
            "can't unpack native libraries into " + NativeFolder.describe(beside, e), e);
      }
      return unpackIntoCache(jars, name, cache.get(), NativeFolder.describe(beside, e));
    }
  }

  private static Path unpackIntoCache(NativeJars jars, String name, Path cache, String notBeside)
      throws IOException {
    try {
      return NativeFolder.ownerOnly(cache).of(name, jars::copyTo);
    } catch (IOException e) {
      throw new IOException(
          "can't unpack native libraries, neither into %s nor into %s: set XDG_CACHE_HOME to a folder that can be written"
              .formatted(notBeside, NativeFolder.describe(cache, e)),
          e);
    }
  }
}
