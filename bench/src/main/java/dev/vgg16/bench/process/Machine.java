package dev.vgg16.bench.process;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine of a measurement.
 *
 * @param processor the processor's model
 * @param cores that this process may use
 * @param gpu the first one and its driver, or "none"
 */
public record Machine(
    String processor,
    int cores,
    String gpu,
    String architecture,
    String os,
    String jvm,
    String onnxRuntime) {

  private static final String NO_GPU = "none";

  public static Machine detect() throws IOException {
    return new Machine(
        processor(Files.readString(Path.of("/proc/cpuinfo"))),
        Runtime.getRuntime().availableProcessors(),
        Gpu.detect().map(Gpu::toString).orElse(NO_GPU),
        System.getProperty("os.arch"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        OrtEnvironment.getEnvironment().getVersion());
  }

  /** A description in one line. */
  public String describe() {
    return "%s%s, %d cores, %s, ONNX Runtime %s"
        .formatted(gpu.equals(NO_GPU) ? "" : gpu + ", ", processor, cores, jvm, onnxRuntime);
  }

  static String processor(String cpuinfo) {
    return cpuinfo
        .lines()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown processor");
  }
}
