package dev.vgg16.head.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.head.scoring.RecordedStream;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages from a real socket are read in place. */
@Timeout(300)
class SocketTest {

  private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();

  @Test
  void mapsFromASocketAreNotCopied() throws Exception {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                ServerServiceDefinition.builder(HeadServiceGrpc.SERVICE_NAME)
                    .addMethod(ScoreStreamMethod.DESCRIPTOR, stream())
                    .build())
            .build()
            .start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    try {
      StreamObserver<ScoreStreamRequest> requests =
          HeadServiceGrpc.newStub(channel)
              .scoreStream(new RecordedStream<>(new LinkedBlockingQueue<>()));
      for (int kilobytes : new int[] {1, 50, 400, 3000}) {
        ScoreStreamRequest request = request(kilobytes << 10);
        requests.onNext(request);
        try (ReceivedRequest item = (ReceivedRequest) received.poll(120, TimeUnit.SECONDS)) {
          assertThat(item.message().getRequest().getMaps().getData()).isEmpty();
          assertThat(Received.whole(item).equals(request)).as("all bytes arrived").isTrue();
        }
      }
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }

  private ServerCallHandler<ReceivedRequest, ScoreStreamResponse> stream() {
    return ServerCalls.asyncBidiStreamingCall(out -> new RecordedStream<>(received));
  }

  private static ScoreStreamRequest request(int bytes) {
    byte[] data = new byte[bytes];
    new Random(bytes).nextBytes(data);
    return ScoreStreamRequest.newBuilder()
        .setId(Integer.toString(bytes))
        .setRequest(
            ScoreRequest.newBuilder()
                .setMaps(FeatureMaps.newBuilder().setData(ByteString.copyFrom(data))))
        .build();
  }
}
