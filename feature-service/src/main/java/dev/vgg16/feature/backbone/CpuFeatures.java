package dev.vgg16.feature.backbone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the processor can do.
 *
 * @param int8DotProduct whether it has instructions for int8 dot products (AVX-VNNI, AVX-512 VNNI,
 *     Arm dot product); without them int8 is no faster, and ONNX Runtime's kernels may saturate
 * @param bfloat16 whether it has instructions for bfloat16 dot products (AVX-512 BF16, AMX)
 * @param amx whether it has matrix units (AMX, of Intel's since Sapphire Rapids) for int8 and
 *     bfloat16
 */
public record CpuFeatures(boolean int8DotProduct, boolean bfloat16, boolean amx) {

  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final Set<String> INT8 = Set.of("avx_vnni", "avx512_vnni", "amx_int8", "asimddp");
  private static final Set<String> BFLOAT16 = Set.of("avx512_bf16", "amx_bf16");
  private static final Set<String> AMX = Set.of("amx_tile", "amx_int8", "amx_bf16");
  private static final Pattern WHITESPACE = Pattern.compile("\\s+");

  /** Asks the operating system; where it does not say, assumes the least. */
  public static CpuFeatures detect() {
    try {
      return ofCpuInfo(Files.readString(LINUX));
    } catch (IOException e) {
      // Not Linux. Every Apple processor of this architecture has the instructions.
      boolean apple = System.getProperty("os.name").startsWith("Mac");
      return new CpuFeatures(
          apple && System.getProperty("os.arch").equals("aarch64"), false, false);
    }
  }

  static CpuFeatures ofCpuInfo(String text) {
    Set<String> flags =
        text.lines()
            .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
            .flatMap(WHITESPACE::splitAsStream)
            .collect(Collectors.toSet());
    return new CpuFeatures(
        INT8.stream().anyMatch(flags::contains),
        BFLOAT16.stream().anyMatch(flags::contains),
        flags.containsAll(AMX));
  }
}
