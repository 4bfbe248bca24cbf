package dev.vgg16.feature.relay;

import dev.vgg16.v1.HeadServiceGrpc.HeadServiceImplBase;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.ScoreResponse;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.stub.StreamObserver;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** A head service that counts the maps, and answers when the test says so. */
final class CountingHeads extends HeadServiceImplBase {

  private final AtomicLong maps = new AtomicLong();
  private final Queue<Runnable> unanswered = new ConcurrentLinkedQueue<>();

  long maps() {
    return maps.get();
  }

  /** Messages that came and have no answer. */
  int unanswered() {
    return unanswered.size();
  }

  /** Answers the message that came first; returns whether there is one. */
  boolean answerOne() {
    Runnable answer = unanswered.poll();
    if (answer != null) {
      answer.run();
    }
    return answer != null;
  }

  @Override
  public StreamObserver<ScoreStreamRequest> scoreStream(StreamObserver<ScoreStreamResponse> out) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ScoreStreamRequest message) {
        int count = message.getRequest().getMaps().getCount();
        maps.addAndGet(count);
        ScoreStreamResponse answer =
            ScoreStreamResponse.newBuilder()
                .setId(message.getId())
                .setResponse(
                    ScoreResponse.newBuilder()
                        .addAllMaps(Collections.nCopies(count, MapScores.getDefaultInstance())))
                .build();
        unanswered.add(() -> out.onNext(answer));
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {
        // What is unanswered may still be answered.
      }
    };
  }
}
