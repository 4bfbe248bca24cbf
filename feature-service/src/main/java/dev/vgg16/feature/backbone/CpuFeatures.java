package dev.vgg16.feature.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the processor can do.
 *
 * @param int8DotProduct whether it has instructions for int8 dot products (AVX-VNNI, AVX-512 VNNI,
 *     Arm dot product); without them int8 is no faster, and ONNX Runtime's kernels may saturate
 */
public record CpuFeatures(boolean int8DotProduct) {

  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final Set<String> FLAGS = Set.of("avx_vnni", "avx512_vnni", "asimddp");
  private static final Pattern WHITESPACE = Pattern.compile("\\s+");

  /** Asks the operating system; where it does not say, assumes the least. */
  public static CpuFeatures detect() {
    try {
      return ofCpuInfo(Files.readString(LINUX));
    } catch (IOException e) {
      // Not Linux. Every Apple processor of this architecture has the instructions.
      boolean apple = System.getProperty("os.name").startsWith("Mac");
      return new CpuFeatures(apple && System.getProperty("os.arch").equals("aarch64"));
    }
  }

  static CpuFeatures ofCpuInfo(String text) {
    boolean found =
        text.lines()
            .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
            .flatMap(WHITESPACE::splitAsStream)
            .anyMatch(FLAGS::contains);
    return new CpuFeatures(found);
  }
}
