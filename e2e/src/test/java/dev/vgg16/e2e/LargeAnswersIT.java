package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Answers for a batch that are larger than gRPC's usual limit of 4 MiB. */
@Timeout(600)
class LargeAnswersIT {

  private static final int CALLS = 192;
  private static final int CLASSES = 5089;

  @TempDir private Path folder;

  /** 64 images of 5,089 classes are some 11 MB. */
  @Test
  void fullBatchesForAHeadOfManyClassesAreAllAnswered() throws Exception {
    new MadeHeads(folder).add("many", "5089-classes.onnx", CLASSES);
    // One run at a time and a wait before it, so that batches are full. Other heads for some of
    // them make one selection an image.
    try (Services services =
        Services.startOver(
            folder,
            "--max-batch",
            "64",
            "--instances",
            "1",
            "--max-delay-ms",
            "2000",
            "--head-timeout-ms",
            "60000")) {
      FeatureServiceGrpc.FeatureServiceFutureStub stub =
          FeatureServiceGrpc.newFutureStub(services.featureChannel())
              .withDeadlineAfter(500, TimeUnit.SECONDS);
      List<ListenableFuture<ClassifyResponse>> calls = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        calls.add(
            stub.classify(Photos.classify(Photos.any(), i % 8 == 0 ? "cats-vs-dogs" : "many")));
      }
      for (int i = 0; i < CALLS; i++) {
        ClassifyResponse answer = calls.get(i).get(500, TimeUnit.SECONDS);
        assertThat(answer.getHeads(0).getScoresCount()).isEqualTo(i % 8 == 0 ? 2 : CLASSES);
      }
    }
  }
}
