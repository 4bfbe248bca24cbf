package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.AnswerListener;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.RecordedStream;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;

/** Any request is scored, or refused with a status that names the error. */
class HeadApiJazzerTest {

  private static final int MAX_BATCH = 8;

  private static final Set<Status.Code> DOCUMENTED =
      Set.of(Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND, Status.Code.FAILED_PRECONDITION);

  private static final HeadApi API = api();

  private static HeadApi api() {
    HeadRegistry heads = TinyHeads.load();
    return new HeadApi(
        heads,
        new BatchScorer(ScoreListener.NONE, MAX_BATCH),
        MAX_BATCH,
        new OpenStreams(),
        new ProgressReports(),
        new ModelLoading(),
        1,
        MapTracing.OFF,
        DriftReports.NONE,
        AnswerListener.NONE);
  }

  @FuzzTest(maxDuration = "60s")
  void scoresOrRefuses(byte[] bytes) {
    ScoreRequest request;
    try {
      request = ScoreRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return;
    }
    RecordedStream<ScoreResponse> answers = new RecordedStream<>(new LinkedBlockingQueue<>());
    API.score(request, answers);
    Object answer = answers.events().remove();
    if (answer instanceof ScoreResponse response) {
      assertThat(response.getMapsCount()).isEqualTo(request.getMaps().getCount());
      response.getMapsList().forEach(HeadApiJazzerTest::assertIsAnswered);
    } else {
      assertIsDocumented(Status.fromThrowable((Throwable) answer));
    }
  }

  private static void assertIsAnswered(MapScores map) {
    if (map.hasError()) {
      assertIsDocumented(status(map.getError()));
    }
    for (HeadScores head : map.getScores().getHeadsList()) {
      if (head.hasError()) {
        assertIsDocumented(status(head.getError()));
      } else {
        assertThat(head.getScoresList()).allMatch(score -> Float.isFinite(score.getScore()));
      }
    }
  }

  private static Status status(com.google.rpc.Status status) {
    return Status.fromCodeValue(status.getCode()).withDescription(status.getMessage());
  }

  private static void assertIsDocumented(Status status) {
    assertThat(DOCUMENTED).as("%s", status).contains(status.getCode());
    assertThat(status.getDescription()).isNotEmpty();
  }
}
