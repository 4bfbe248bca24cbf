package dev.vgg16.head.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.manifest.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Any {@code head.json} is read, or refused in one line. */
class HeadManifestJazzerTest {

  private static final Path FOLDER = folder();

  private static Path folder() {
    try {
      return Files.createTempDirectory("head").toRealPath();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @FuzzTest(maxDuration = "60s")
  void readsOrRefuses(byte[] text) throws IOException {
    Path file = FOLDER.resolve("head.json");
    Files.write(file, text);
    try {
      HeadManifest manifest = HeadManifest.read(FOLDER);
      // The name and the version form a path, which must stay within the folder.
      Path place = FOLDER.resolve(manifest.name()).resolve("" + manifest.version());
      assertThat(place.normalize()).isEqualTo(place);
      assertThat(place.getParent().getParent()).isEqualTo(FOLDER);
      assertLiesBeside(manifest.model());
      manifest.explain().ifPresent(HeadManifestJazzerTest::assertLiesBeside);
    } catch (ManifestException e) {
      assertThat(e.getMessage()).contains(file.toString()).doesNotContain("\n", "\0");
    }
  }

  private static void assertLiesBeside(ModelFile model) {
    assertThat(model.path().getParent()).isEqualTo(FOLDER);
  }
}
