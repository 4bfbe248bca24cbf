package dev.vgg16.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.inference.manifest.ModelFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TwinHeadsTest {

  private static final Path HEAD = Path.of("..", "models", "heads", "cats-vs-dogs", "1");

  @Test
  void differInTheirNameAlone() throws Exception {
    Path folder;
    try (TwinHeads twins = TwinHeads.of(HEAD)) {
      folder = twins.folder();
      assertThat(twins.names()).hasSize(2).doesNotHaveDuplicates();
      for (String name : twins.names()) {
        HeadManifest manifest = HeadManifest.read(folder.resolve(name).resolve("1"));
        assertThat(manifest.name()).isEqualTo(name);
        assertThat(manifest.model().path()).exists();
        manifest.model().verify();
        assertThat(manifest.explain()).hasValueSatisfying(ModelFile::verify);
      }
    }
    assertThat(folder).doesNotExist();
  }
}
