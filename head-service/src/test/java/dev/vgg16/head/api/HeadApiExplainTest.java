package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.head.registry.FolderSync;
import dev.vgg16.head.registry.HeadFolder;
import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.AnswerListener;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.RecordedStream;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The first request for an explanation waits while its model is loaded; no other request does. */
class HeadApiExplainTest {

  private static final int MAP_BYTES = 2 * 3 * Float.BYTES;

  private final ModelLoading loading = new ModelLoading();
  private final CountDownLatch stuck = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private final HeadRegistry registry =
      FolderSync.load(
              new HeadFolder(Path.of("src/test/resources/explained-heads")),
              Optional.of("seeing"),
              new OpenModels(),
              FolderSync.Listener.NONE)
          .registry();
  private final HeadApi api =
      new HeadApi(
          registry,
          new BatchScorer(ScoreListener.NONE, 8),
          8,
          new OpenStreams(),
          new ProgressReports(),
          loading,
          4,
          MapTracing.OFF,
          DriftReports.NONE,
          AnswerListener.NONE);

  @AfterEach
  void close() {
    mayGoOn.countDown();
    loading.close();
    registry.close();
  }

  /** The volume of the model hangs. All calls are on this thread, as if it were gRPC's. */
  @Test
  void scoresWhileAModelIsLoaded() throws Exception {
    loadForEver(0);
    LinkedBlockingQueue<Object> explained = ask(MapSelection.newBuilder().setExplain(any()));
    LinkedBlockingQueue<Object> scored = ask(MapSelection.newBuilder());
    assertThat(scored.remove()).isInstanceOf(ScoreResponse.class);
    assertThat(explained).isEmpty();
    mayGoOn.countDown();
    ScoreResponse response = (ScoreResponse) explained.poll(60, TimeUnit.SECONDS);
    assertThat(response.getMaps(0).getScores().getHeads(0).hasHeatMap()).isTrue();
    // It is loaded now.
    assertThat(ask(MapSelection.newBuilder().setExplain(any())).remove())
        .isInstanceOf(ScoreResponse.class);
  }

  @Test
  void refusesRequestsOverTheLimit() throws Exception {
    loadForEver(0);
    loading.execute(64 << 20, () -> {});
    Throwable refusal = (Throwable) ask(MapSelection.newBuilder().setExplain(any())).remove();
    assertThat(Status.fromThrowable(refusal).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(ask(MapSelection.newBuilder()).remove()).isInstanceOf(ScoreResponse.class);
  }

  private void loadForEver(long held) throws InterruptedException {
    loading.execute(
        held,
        () -> {
          stuck.countDown();
          com.google.common.util.concurrent.Uninterruptibles.awaitUninterruptibly(mayGoOn);
        });
    stuck.await();
  }

  private static Explain any() {
    return Explain.getDefaultInstance();
  }

  private LinkedBlockingQueue<Object> ask(MapSelection.Builder selection) {
    LinkedBlockingQueue<Object> events = new LinkedBlockingQueue<>();
    api.score(
        ScoreRequest.newBuilder()
            .setMaps(
                FeatureMaps.newBuilder()
                    .setBackbone("tiny")
                    .setDataType(DataType.DATA_TYPE_FLOAT32)
                    .setCount(1)
                    .setData(ByteString.copyFrom(new byte[MAP_BYTES])))
            .addSelections(selection)
            .build(),
        new RecordedStream<>(events));
    return events;
  }
}
