package dev.vgg16.bench.relay;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Sends the bytes of maps with gRPC alone, over as many streams as the relay has. Not thread-safe.
 */
final class RawSender implements MapSender {

  private static final int STREAMS = 4;

  private final ManagedChannel channel;
  private final byte[] message;
  private final List<Stream> streams = new ArrayList<>();
  private int next;

  RawSender(int port, int maps) {
    this.channel =
        NettyChannelBuilder.forAddress("localhost", port).usePlaintext().directExecutor().build();
    this.message = RandomMaps.bytes(maps);
    for (int i = 0; i < STREAMS; i++) {
      streams.add(new Stream(channel));
    }
  }

  @Override
  public void send(Consumer<Throwable> answered) {
    streams.get(next++ % STREAMS).send(message, answered);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** One stream; its responses come in the order of its messages. */
  private static final class Stream implements StreamObserver<byte[]> {
    private final Queue<Consumer<Throwable>> unanswered = new ConcurrentLinkedQueue<>();
    private final StreamObserver<byte[]> out;

    Stream(ManagedChannel channel) {
      out =
          ClientCalls.asyncBidiStreamingCall(
              channel.newCall(RawBytes.METHOD, CallOptions.DEFAULT), this);
    }

    void send(byte[] message, Consumer<Throwable> answered) {
      unanswered.add(answered);
      out.onNext(message);
    }

    @Override
    public void onNext(byte[] answer) {
      unanswered.remove().accept(null);
    }

    @Override
    public void onError(Throwable t) {
      unanswered.forEach(answered -> answered.accept(t));
    }

    @Override
    public void onCompleted() {
      onError(Status.UNAVAILABLE.withDescription("the server ended the stream").asException());
    }
  }
}
