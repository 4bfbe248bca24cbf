package dev.vgg16.commandline.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackNativesTest {

  private static final List<String> ENTRIES =
      List.of(
          "ai/onnxruntime/OrtEnvironment.class",
          "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
          "ai/onnxruntime/native/linux-aarch64/libonnxruntime.so",
          "ai/onnxruntime/native/osx-aarch64/libonnxruntime.dylib",
          "ai/onnxruntime/native/osx-aarch64/libonnxruntime.dylib.dSYM/Contents/Info.plist",
          "META-INF/native/libtcnative_linux_x86_64.so",
          "META-INF/native/libtcnative_linux_aarch_64.so",
          "META-INF/native/libtcnative_osx_aarch_64.jnilib",
          "META-INF/native-image/linux-x86_64/jni-config.json",
          "org/bytedeco/openblas/linux-x86_64/libopenblas.so.0",
          "org/bytedeco/openblas/linux-x86_64/include/cblas.h",
          "org/bytedeco/openblas/linux-x86_64/libjniopenblas.so",
          "org/bytedeco/openblas/linux-x86_64/libjniopenblas_full.so",
          "org/bytedeco/openblas/linux-x86_64/libjniopenblas_nolapack.so",
          "org/bytedeco/opencv/linux-arm64/libjniopencv_imgcodecs.so",
          "org/bytedeco/opencv/linux-arm64/libjniopencv_dnn.so",
          "org/bytedeco/opencv/linux-arm64/libopencv_core.so.413",
          "org/bytedeco/opencv/linux-arm64/libopencv_dnn.so.413",
          "org/bytedeco/opencv/linux-arm64/libopencv_imgproc.so.413",
          "org/bytedeco/opencv/macosx-arm64/libopencv_core.413.dylib",
          "org/bytedeco/opencv/opencv_core/Mat.class");

  @TempDir private Path folder;
  private Path target;

  @BeforeEach
  void pack() throws IOException {
    target = Files.createDirectories(folder.resolve("target"));
    Path jar = Files.createDirectories(target.resolve("lib")).resolve("some-1.0.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String entry : ENTRIES) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write(entry.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
    // Of an earlier build, with other libraries: it is not in the list.
    Files.copy(jar, target.resolve("lib/some-0.9.jar"));
    Files.writeString(target.resolve("native-jars"), "lib/some-1.0.jar");
  }

  @Test
  void knowsThePlatforms() {
    assertThat(names(Platform.of("Linux", "amd64").orElseThrow()))
        .containsExactlyInAnyOrder(
            "ai/onnxruntime/native/linux-x64/libonnxruntime.so",
            "META-INF/native/libtcnative_linux_x86_64.so",
            "org/bytedeco/openblas/linux-x86_64/libopenblas.so.0",
            "org/bytedeco/openblas/linux-x86_64/libjniopenblas_nolapack.so");
    assertThat(names(Platform.of("Linux", "aarch64").orElseThrow()))
        .containsExactlyInAnyOrder(
            "ai/onnxruntime/native/linux-aarch64/libonnxruntime.so",
            "META-INF/native/libtcnative_linux_aarch_64.so",
            "org/bytedeco/opencv/linux-arm64/libjniopencv_imgcodecs.so",
            "org/bytedeco/opencv/linux-arm64/libopencv_core.so.413",
            "org/bytedeco/opencv/linux-arm64/libopencv_imgproc.so.413");
    assertThat(names(Platform.of("Mac OS X", "aarch64").orElseThrow()))
        .containsExactlyInAnyOrder(
            "ai/onnxruntime/native/osx-aarch64/libonnxruntime.dylib",
            "META-INF/native/libtcnative_osx_aarch_64.jnilib",
            "org/bytedeco/opencv/macosx-arm64/libopencv_core.413.dylib");
    assertThat(Platform.of("Windows 11", "amd64")).isEmpty();
    assertThat(Platform.of("Linux", "riscv64")).isEmpty();
  }

  @Test
  void unpacksBesideTheJars() throws IOException {
    Path unpacked = Path.of(run("one", target.toString()));
    assertThat(unpacked).isEqualTo(target.resolve("native/one"));
    assertThat(unpacked.resolve("libopenblas_nolapack.so.0")).isSymbolicLink().exists();
    assertThat(unpacked.resolve("libjniopenblas.so"))
        .isSymbolicLink()
        .hasContent("org/bytedeco/openblas/linux-x86_64/libjniopenblas_nolapack.so");
    try (Stream<Path> files = Files.list(unpacked)) {
      assertThat(files).hasSize(8);
    }
    assertThat(entries()).containsExactlyElementsOf(ENTRIES);
  }

  @Test
  void removesLibrariesOfAllPlatformsFromTheJars() throws IOException {
    String unpacked = run("--move", "one", target.toString());
    assertThat(Path.of(unpacked, "libonnxruntime.so"))
        .hasContent("ai/onnxruntime/native/linux-x64/libonnxruntime.so");
    assertThat(entries())
        .contains(
            "ai/onnxruntime/OrtEnvironment.class", "org/bytedeco/opencv/opencv_core/Mat.class")
        .contains("META-INF/native-image/linux-x86_64/jni-config.json")
        .noneMatch(entry -> entry.contains(".so") || entry.contains(".dylib"));
  }

  @Test
  void makesNoLinksForAJar() throws IOException {
    Path unpacked = Path.of(run("--for-jar", "one", target.toString()));
    try (Stream<Path> files = Files.list(unpacked)) {
      assertThat(files).hasSize(4).allMatch(file -> !Files.isSymbolicLink(file));
    }
    assertThat(entries()).noneMatch(entry -> entry.contains(".so"));
  }

  @Test
  void unpacksIntoTheCacheWhenTheJarsFolderIsReadOnly() throws IOException {
    // A file in the place of the folder stops root too, whom no permission does.
    Files.createFile(target.resolve("native"));
    Path cache = folder.resolve("home/.cache/vgg16-serving");
    String unpacked = run("one", target.toString(), cache.toString());
    assertThat(unpacked).isEqualTo(cache.resolve("one").toString());
    assertThat(Path.of(unpacked, "libonnxruntime.so")).exists();
  }

  @Test
  void namesBothFoldersWhenNeitherCanBeWritten() throws IOException {
    Files.createFile(target.resolve("native"));
    Path cache = Files.createFile(folder.resolve("cache"));
    assertThatThrownBy(() -> run("one", target.toString(), cache.resolve("x").toString()))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(target.resolve("native") + " (", cache.resolve("x") + " (")
        .hasMessageContaining("set XDG_CACHE_HOME")
        .message()
        .hasLineCount(1);
  }

  private String run(String... arguments) throws IOException {
    Optional<Platform> here =
        Platform.of(System.getProperty("os.name"), System.getProperty("os.arch"));
    assumeThat(here).as("the jar here is of linux-x64").contains(platform("linux-x64"));
    return UnpackNatives.run(List.of(arguments));
  }

  private static Platform platform(String onnxRuntime) {
    return Stream.of(Platform.of("Linux", "amd64"), Platform.of("Linux", "aarch64"))
        .flatMap(Optional::stream)
        .filter(platform -> platform.onnxRuntime().equals(onnxRuntime))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(Platform platform) {
    return ENTRIES.stream().filter(platform::owns).toList();
  }

  private List<String> entries() throws IOException {
    try (ZipFile zip = new ZipFile(target.resolve("lib/some-1.0.jar").toFile())) {
      return zip.stream().map(ZipEntry::getName).filter(name -> !name.endsWith("/")).toList();
    }
  }
}
