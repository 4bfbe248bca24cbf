package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.head.api.RequestScorer;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.inference.onnx.ElementType;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HeadRegistryStressTest {

  private static final int CLIENTS = 4;
  private static final int RELOADS = 150;

  /** However often a head is replaced, a request finds one that it can finish with. */
  @Test
  @Timeout(300)
  void noRequestFailsWhileAHeadIsReplaced() throws Exception {
    FeatureMaps maps = TinyHeads.maps(1);
    MapBatch batch =
        new MapBatch(
            "tiny", 1, new OutputForm(ElementType.FLOAT32, false), MapBytes.of(maps.getData()));
    List<Head> replaced = new ArrayList<>();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger scored = new AtomicInteger();
    try (HeadRegistry registry = TinyHeads.load();
        BatchScorer batches = new BatchScorer(ScoreListener.NONE, 8)) {
      RequestScorer scorer = new RequestScorer(registry, batches);
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(
            CompletableFuture.runAsync(
                () -> {
                  while (!stop.get()) {
                    ScoreResponse response =
                        scorer.score(
                            batch, List.of(MapSelection.newBuilder().addHeads("two").build()));
                    assertThat(response.getMaps(0).hasError()).isFalse();
                    scored.incrementAndGet();
                  }
                }));
      }
      for (int i = 0; i < RELOADS; i++) {
        replaced.add(registry.find("two"));
        registry.put(
            Head.load(HeadManifest.read(TinyHeads.FOLDER.resolve("two/1")), new OpenModels()));
      }
      stop.set(true);
      clients.forEach(CompletableFuture::join);
      assertThat(scored.get()).isGreaterThan(RELOADS);
      assertThat(replaced).hasSize(RELOADS).allMatch(head -> !head.retain());
    }
  }
}
