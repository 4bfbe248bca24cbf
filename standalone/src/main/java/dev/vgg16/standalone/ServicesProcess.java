package dev.vgg16.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The command that runs both services on an unpacked jar, with the flags and variables that {@code
 * bin/feature-service}, {@code bin/head-service} and {@code bin/launcher.sh} give them.
 *
 * @param app the unpacked files
 * @param environment of the launcher
 */
record ServicesProcess(Path jar, Path app, Map<String, String> environment) {

  static final String NATIVES = "native/libraries";

  /** MiB of both services' heaps, and for each processor. */
  private static final int HEAP = 320 + 256;

  private static final int HEAP_OF_A_PROCESSOR = 48;
  private static final int MOST_PROCESSORS = 16;

  private static final List<String> FLAGS =
      List.of(
          "-XX:+ExitOnOutOfMemoryError",
          "-Dorg.bytedeco.javacpp.nopointergc=true",
          "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
          "-Dio.netty.leakDetection.level=disabled",
          "-Djdk.tls.server.enableSessionTicketExtension=false",
          "-Dio.netty.handler.ssl.openssl.sessionCacheServer=false");

  /** With its terminal, and its standard streams. */
  ProcessBuilder toBuilder(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    command.addAll(words(environment.getOrDefault("JAVA_OPTS", "")));
    command.addAll(List.of("-cp", classPath(), Standalone.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    builder.environment().putIfAbsent("OPENCV_IO_MAX_IMAGE_PIXELS", "1073741824");
    builder.environment().putIfAbsent("OPENCV_LOG_LEVEL", "OFF");
    if (!environment.getOrDefault("OTEL_TRACES_EXPORTER", "none").equals("none")) {
      builder.environment().putIfAbsent("GRPC_EXPERIMENTAL_ENABLE_OTEL_TRACING", "true");
    }
    return builder;
  }

  private List<String> flags() {
    List<String> flags = new ArrayList<>(flagsOfMemory());
    flags.addAll(FLAGS);
    String jitLevel = environment.getOrDefault("JIT_LEVEL", "1");
    flags.add(jitLevel.equals("4") ? "-XX:+UseG1GC" : "-XX:+UseSerialGC");
    flags.add("-XX:TieredStopAtLevel=" + jitLevel);
    flags.add("-D%s=%s".formatted(Standalone.APP, app));
    flags.add("-D%s=%d".formatted(LauncherWatch.LAUNCHER, ProcessHandle.current().pid()));
    flags.addAll(flagsOfNatives());
    int release = Runtime.version().feature();
    if (release >= 22) {
      flags.add("--enable-native-access=ALL-UNNAMED");
    }
    if (release >= 24) {
      flags.add("--sun-misc-unsafe-memory-access=allow");
    }
    return flags;
  }

  private static List<String> flagsOfMemory() {
    int processors = Math.min(Runtime.getRuntime().availableProcessors(), MOST_PROCESSORS);
    return List.of(
        "-Xmx%dm".formatted(HEAP + HEAP_OF_A_PROCESSOR * processors),
        "-XX:MaxDirectMemorySize=1536m");
  }

  private List<String> flagsOfNatives() {
    Path natives = app.resolve(NATIVES);
    if (!Files.isDirectory(natives)) {
      return List.of();
    }
    // On Linux JavaCPP need not search all jars for what is there.
    boolean linux = System.getProperty("os.name").equals("Linux");
    return List.of(
        "-Djava.library.path=" + natives,
        "-Donnxruntime.native.path=" + natives,
        "-Dorg.bytedeco.javacpp.cacheLibraries=false",
        "-Dorg.bytedeco.javacpp.%s".formatted(linux ? "findLibraries=false" : "pathsFirst=true"));
  }

  private static List<String> words(String options) {
    return options.isBlank() ? List.of() : List.of(options.strip().split("\\s+"));
  }

  /** This jar, and the libraries. */
  private String classPath() throws IOException {
    try (Stream<Path> libraries = Files.list(app.resolve("lib"))) {
      return Stream.concat(Stream.of(jar), libraries.sorted())
          .map(Path::toString)
          .collect(Collectors.joining(System.getProperty("path.separator")));
    }
  }
}
