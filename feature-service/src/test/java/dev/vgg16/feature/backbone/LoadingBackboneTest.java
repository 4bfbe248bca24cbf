package dev.vgg16.feature.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.onnx.RowBuffer;
import dev.vgg16.service.errors.ServingException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadingBackboneTest {

  @TempDir private Path empty;

  @Test
  void isLoadedOnce() {
    try (LoadingBackbone loading = LoadingBackbone.start(loader(Backbones.TINY))) {
      assertThat(loading.await()).isSameAs(loading.await());
    }
  }

  @Test
  void throwsWhatTheLoaderThrows() {
    try (LoadingBackbone loading = LoadingBackbone.start(loader(empty))) {
      assertThatThrownBy(loading::await)
          .isInstanceOf(ManifestException.class)
          .hasMessageContaining("backbone.json");
    }
  }

  @Test
  void closesABackboneThatNobodyWaitedFor() {
    LoadingBackbone loading = LoadingBackbone.start(loader(Backbones.TINY));
    loading.close();
    Backbone backbone = loading.await();
    try (RowBuffer in = backbone.newInput(1);
        RowBuffer out = backbone.newOutput(1)) {
      assertThatThrownBy(() -> backbone.run(0, in, 1, out)).isInstanceOf(ServingException.class);
    }
  }

  private static BackboneLoader loader(Path folder) {
    return new BackboneLoader(Backbones.onCpu(folder, Optional.empty(), 1), Set.of());
  }
}
