package dev.vgg16.commandline.natives;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An operating system and processor, by the names in the jars.
 *
 * @param onnxRuntime a folder of ONNX Runtime's jar
 * @param netty suffix of Netty's libraries
 * @param javaCpp a folder of JavaCPP's jars
 */
record Platform(String onnxRuntime, String netty, String javaCpp) {

  private static final List<Platform> KNOWN =
      List.of(
          new Platform("linux-x64", "_x86_64.so", "linux-x86_64"),
          new Platform("linux-aarch64", "_aarch_64.so", "linux-arm64"),
          new Platform("osx-aarch64", "_aarch_64.jnilib", "macosx-arm64"));

  /** Paths of native libraries of all platforms in the jars. */
  private static final Pattern NATIVE =
      Pattern.compile("ai/onnxruntime/native/.+|META-INF/native/.+|org/bytedeco/\\w+/\\w+-\\w+/.+");

  /**
   * Of OpenCV and OpenBLAS, more than half of what the jars have: modules of OpenCV that nothing
   * here calls, and the bindings of BLAS and LAPACK.
   */
  private static final Pattern UNUSED =
      Pattern.compile(
          ".*/lib(jni)?opencv_(?!(core|imgcodecs|imgproc)\\b).*|.*/libjniopenblas(_full)?\\.\\w+");

  /** The JVM's platform; empty if the jars unpack their libraries themselves. */
  static Optional<Platform> of(String osName, String osArchitecture) {
    boolean arm = osArchitecture.equals("aarch64");
    if (osName.equals("Linux") && (arm || osArchitecture.equals("amd64"))) {
      return Optional.of(KNOWN.get(arm ? 1 : 0));
    }
    return osName.startsWith("Mac") && arm ? Optional.of(KNOWN.get(2)) : Optional.empty();
  }

  /** Whether an entry of a jar is in a folder of native libraries, of any platform. */
  static boolean isNative(String entry) {
    return NATIVE.matcher(entry).matches();
  }

  /** Whether an entry of a jar is a native library of this platform that is used. */
  boolean owns(String entry) {
    return isFileOf("ai/onnxruntime/native/" + onnxRuntime + "/", entry)
        || (entry.startsWith("META-INF/native/") && entry.endsWith(netty))
        || (entry.matches("org/bytedeco/\\w+/" + javaCpp + "/[^/]+")
            && isLibrary(entry)
            && !UNUSED.matcher(entry).matches());
  }

  private static boolean isFileOf(String folder, String entry) {
    return entry.startsWith(folder) && entry.indexOf('/', folder.length()) < 0 && isLibrary(entry);
  }

  private static boolean isLibrary(String entry) {
    return entry.matches(".*\\.(so|dylib)(\\.[0-9.]+)?");
  }
}
