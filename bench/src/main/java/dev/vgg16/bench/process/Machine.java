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
 */
public record Machine(
    String processor, int cores, String architecture, String os, String jvm, String onnxRuntime) {

  public static Machine detect() throws IOException {
    return new Machine(
        processor(Files.readString(Path.of("/proc/cpuinfo"))),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.arch"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        OrtEnvironment.getEnvironment().getVersion());
  }

  /** A description in one line. */
  public String describe() {
    return "%s, %d cores, %s, ONNX Runtime %s".formatted(processor, cores, jvm, onnxRuntime);
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
