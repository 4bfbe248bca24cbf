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
 * <pre>UnpackNatives [--move] NAME TARGET [CACHE]</pre>
 *
 * <p>TARGET is a module's build folder; its file {@code native-jars} says which jars have native
 * libraries. They go into {@code TARGET/native/NAME}, or, where that can't be written, into {@code
 * CACHE/NAME}; the folder is printed. {@code --move} drops the libraries of all platforms from the
 * jars, so that a container image holds each once.
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

  /** Where the libraries are; empty for a platform whose libraries the jars unpack themselves. */
  static String run(List<String> arguments) throws IOException {
    boolean move = arguments.get(0).equals("--move");
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
      jars.dropNatives();
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
            "can't unpack native libraries into " + NativeFolder.why(beside, e), e);
      }
      return unpackIntoCache(jars, name, cache.get(), NativeFolder.why(beside, e));
    }
  }

  private static Path unpackIntoCache(NativeJars jars, String name, Path cache, String notBeside)
      throws IOException {
    try {
      return NativeFolder.ofThisUserAlone(cache).of(name, jars::copyTo);
    } catch (IOException e) {
      throw new IOException(
          "can't unpack native libraries, neither into %s nor into %s: set XDG_CACHE_HOME to a folder that can be written"
              .formatted(notBeside, NativeFolder.why(cache, e)),
          e);
    }
  }
}
