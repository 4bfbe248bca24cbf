package dev.vgg16.feature.relay;

import dev.vgg16.v1.HeadServiceGrpc.HeadServiceImplBase;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.ScoreResponse;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.stub.StreamObserver;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;

/** A head service that answers at once and counts the maps. */
final class CountingHeads extends HeadServiceImplBase {

  private final AtomicLong maps = new AtomicLong();

  long maps() {
    return maps.get();
  }

  @Override
  public StreamObserver<ScoreStreamRequest> scoreStream(StreamObserver<ScoreStreamResponse> out) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ScoreStreamRequest message) {
        int count = message.getRequest().getMaps().getCount();
        maps.addAndGet(count);
        out.onNext(
            ScoreStreamResponse.newBuilder()
                .setId(message.getId())
                .setResponse(
                    ScoreResponse.newBuilder()
                        .addAllMaps(Collections.nCopies(count, MapScores.getDefaultInstance())))
                .build());
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {
        out.onCompleted();
      }
    };
  }
}
