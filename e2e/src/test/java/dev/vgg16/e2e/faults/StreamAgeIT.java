package dev.vgg16.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.client.FeatureServiceClient;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.client.StreamMethod;
import dev.vgg16.client.StreamUploader;
import dev.vgg16.client.UploadResult;
import dev.vgg16.e2e.Photos;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An upload over streams that end at their age, while a replica comes. */
@Timeout(300)
class StreamAgeIT {

  private static final int ITEMS = 800;

  /** So that the upload takes several times the age, however fast the machine is. */
  private static final int MILLIS_PER_ITEM = 10;

  private final List<UploadResult<Integer, ClassifyResponse>> results = new ArrayList<>();

  @Test
  void anUploadMovesToTheNewReplicaWithoutALostItem() throws Exception {
    try (Cluster cluster =
            Cluster.start(1, 2, "--max-stream-age-ms", "1000", "--max-connection-age-ms", "1000");
        ServiceConnection connection = connect(cluster)) {
      ByteString photo = Photos.any();
      // The name's first address, which the client takes when both answer.
      assertThat(cluster.feature(0).stop()).isZero();
      Method method = new Method(connection);
      new StreamUploader<>(method, (Integer item) -> photo)
          .run(
              IntStream.range(0, ITEMS).boxed().toList(),
              result -> {
                results.add(result);
                onResult(cluster);
              });
      assertThat(results).hasSize(ITEMS).allMatch(result -> result.failure().isEmpty());
      assertThat(results.stream().map(UploadResult::index).distinct()).hasSize(ITEMS);
      long old = cluster.imagesComputedBy(1);
      long fresh = cluster.imagesComputedBy(0);
      Report.print("%d streams; images: old replica %d, new one %d", method.streams, old, fresh);
      assertThat(fresh).isPositive();
      // None was computed twice.
      assertThat(old + fresh).isEqualTo(ITEMS);
      assertThat(method.streams).isGreaterThan(3);
    }
  }

  private static ServiceConnection connect(Cluster cluster) {
    return ServiceConnection.open(
        "dns:///" + Cluster.NAME + ":" + cluster.feature(0).port(), ClientSecurityOptions.PLAIN);
  }

  private void onResult(Cluster cluster) {
    try {
      if (results.size() == 20) {
        cluster.feature(0).start();
        cluster.feature(0).awaitServing();
      }
      Thread.sleep(MILLIS_PER_ITEM);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** ClassifyStream; counts the streams. */
  private static final class Method
      implements StreamMethod<ClassifyStreamRequest, ClassifyStreamResponse, ClassifyResponse> {
    private final StreamMethod<ClassifyStreamRequest, ClassifyStreamResponse, ClassifyResponse>
        method;
    private int streams;

    Method(ServiceConnection connection) {
      method =
          FeatureServiceClient.on(connection).classifyStream(ClassifyRequest.getDefaultInstance());
    }

    @Override
    public void open(
        ClientResponseObserver<ClassifyStreamRequest, ClassifyStreamResponse> responses) {
      streams++;
      method.open(responses);
    }

    @Override
    public ClassifyStreamRequest request(String id, ByteString image) {
      return method.request(id, image);
    }

    @Override
    public String id(ClassifyStreamResponse response) {
      return method.id(response);
    }

    @Override
    public Optional<com.google.rpc.Status> error(ClassifyStreamResponse response) {
      return method.error(response);
    }

    @Override
    public ClassifyResponse result(ClassifyStreamResponse response) {
      return method.result(response);
    }
  }
}
