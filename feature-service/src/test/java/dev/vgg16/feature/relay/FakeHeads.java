package dev.vgg16.feature.relay;

import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.HeadServiceGrpc.HeadServiceImplBase;
import dev.vgg16.v1.ListHeadsRequest;
import dev.vgg16.v1.ListHeadsResponse;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.Progress;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A head service whose every answer is the test's own. */
public final class FakeHeads extends HeadServiceImplBase {

  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<StreamObserver<ScoreStreamResponse>> streams =
      new LinkedBlockingQueue<>();

  /** A request and the stream that it came on. */
  public record Received(ScoreStreamRequest message, StreamObserver<ScoreStreamResponse> stream) {

    public ScoreRequest request() {
      return message.getRequest();
    }

    /** Answers each map with a head that is named by the map's bytes. */
    public void answer() {
      stream.onNext(
          ScoreStreamResponse.newBuilder()
              .setId(message.getId())
              .setResponse(scores(request().getMaps()))
              .build());
    }

    /** Says that it works. */
    void progress() {
      stream.onNext(
          ScoreStreamResponse.newBuilder().setProgress(Progress.getDefaultInstance()).build());
    }

    public void answer(com.google.rpc.Status error) {
      stream.onNext(
          ScoreStreamResponse.newBuilder().setId(message.getId()).setError(error).build());
    }
  }

  @Override
  public void listHeads(ListHeadsRequest request, StreamObserver<ListHeadsResponse> out) {
    out.onNext(ListHeadsResponse.newBuilder().setDefaultHead("one").build());
    out.onCompleted();
  }

  @Override
  public StreamObserver<ScoreStreamRequest> scoreStream(StreamObserver<ScoreStreamResponse> out) {
    streams.add(out);
    return new StreamObserver<>() {
      @Override
      public void onNext(ScoreStreamRequest message) {
        received.add(new Received(message, out));
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {
        // What is unanswered may still be answered.
      }
    };
  }

  /** The next request; fails the test when none comes. */
  public Received next() throws InterruptedException {
    Received next = received.poll(120, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no request reached the heads");
    }
    return next;
  }

  int openedStreams() {
    return streams.size();
  }

  boolean isIdle() {
    return received.isEmpty();
  }

  private static ScoreResponse scores(FeatureMaps maps) {
    ScoreResponse.Builder response = ScoreResponse.newBuilder();
    int size = maps.getData().size() / maps.getCount();
    for (int i = 0; i < maps.getCount(); i++) {
      String name = hex(maps.getData().substring(i * size, (i + 1) * size).toByteArray());
      response.addMaps(
          MapScores.newBuilder()
              .setScores(
                  HeadScoresList.newBuilder().addHeads(HeadScores.newBuilder().setHead(name))));
    }
    return response.build();
  }

  public static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }
}
