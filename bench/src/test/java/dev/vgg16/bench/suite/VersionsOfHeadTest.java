package dev.vgg16.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.head.scoring.HeadManifest;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VersionsOfHeadTest {

  private static final Path HEAD = Path.of("..", "models", "heads", "cats-vs-dogs", "1");

  @Test
  void differInTheirVersionAlone() throws Exception {
    Path folder;
    try (VersionsOfHead versions = VersionsOfHead.of(HEAD, true)) {
      folder = versions.folder();
      for (int version = 1; version <= 2; version++) {
        HeadManifest manifest =
            HeadManifest.read(folder.resolve("cats-vs-dogs").resolve("" + version));
        assertThat(manifest.version()).isEqualTo(version);
        manifest.model().verify();
      }
      assertThat(Files.readString(folder.resolve("cats-vs-dogs/versions.json")))
          .contains("\"shadow\": [2]");
    }
    assertThat(folder).doesNotExist();
  }
}
