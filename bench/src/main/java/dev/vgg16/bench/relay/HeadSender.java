package dev.vgg16.bench.relay;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import dev.vgg16.feature.pipeline.MapsMessage;
import dev.vgg16.feature.relay.HeadChannels;
import dev.vgg16.feature.relay.HeadClient;
import dev.vgg16.feature.relay.HeadClientOptions;
import dev.vgg16.feature.relay.ScoreMessage;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.security.ClientSecurity;
import dev.vgg16.service.telemetry.Telemetry;
import dev.vgg16.v1.ScoreResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Sends maps with the feature service's relay, from native memory. */
final class HeadSender implements MapSender {

  // The feature service's defaults.
  private static final int STREAMS = 4;
  private static final Duration STREAM_AGE = Duration.ofSeconds(60);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final HeadClient client;
  private final ScoreMessage message;

  private HeadSender(HeadClient client, ScoreMessage message) {
    this.client = client;
    this.message = message;
  }

  static HeadSender to(int port, String backbone, int maps) {
    String target = "localhost:" + port;
    ByteBuffer data = ByteBuffer.allocateDirect(maps * RandomMaps.BYTES_OF_ONE);
    data.put(RandomMaps.bytes(maps)).flip();
    MapsMessage message = new MapsMessage(backbone, OutputForm.PLAIN, maps, List.of(data));
    return new HeadSender(
        new HeadClient(
            HeadChannels.open(target, ClientSecurity.PLAIN, Telemetry.none().grpc()),
            new HeadClientOptions(target, STREAMS, STREAM_AGE, TIMEOUT, TIMEOUT)),
        new ScoreMessage(message, List.of()));
  }

  @Override
  public void send(Consumer<Throwable> answered) {
    Futures.addCallback(
        client.score(message, TIMEOUT.toNanos()),
        new FutureCallback<>() {
          @Override
          public void onSuccess(ScoreResponse response) {
            answered.accept(null);
          }

          @Override
          public void onFailure(Throwable failure) {
            answered.accept(failure);
          }
        },
        MoreExecutors.directExecutor());
  }

  @Override
  public void close() {
    client.close();
  }
}
