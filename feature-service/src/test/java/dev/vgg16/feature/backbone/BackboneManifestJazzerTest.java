package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vgg16.inference.manifest.ManifestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whatever stands in {@code backbone.json}, it is read, or refused in one line. */
class BackboneManifestJazzerTest {

  private static final Path FOLDER = folder();

  private static Path folder() {
    try {
      return Files.createTempDirectory("backbone").toRealPath();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @FuzzTest(maxDuration = "60s")
  void readsOrRefuses(byte[] text) throws IOException {
    Path file = FOLDER.resolve("backbone.json");
    Files.write(file, text);
    try {
      BackboneManifest manifest = BackboneManifest.read(FOLDER);
      assertThat(manifest.mapBytes()).isPositive();
      assertThat(manifest.inputHeight() + manifest.inputWidth()).isGreaterThan(1);
      manifest
          .files()
          .values()
          .forEach(model -> assertThat(model.path().getParent()).isEqualTo(FOLDER));
    } catch (ManifestException e) {
      assertThat(e.getMessage()).contains(file.toString()).doesNotContain("\n", "\0");
    }
  }
}
