package dev.vgg16.client;

import dev.vgg16.v1.GetHeadRequest;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.HeadServiceGrpc.HeadServiceBlockingStub;
import dev.vgg16.v1.ListHeadsRequest;
import dev.vgg16.v1.ListHeadsResponse;
import java.util.concurrent.TimeUnit;

/**
 * Calls of the head service. Each blocks, has a deadline of 10 s, and throws a {@link
 * ServiceFailure} when it fails.
 */
public final class HeadServiceClient {

  private final ServiceConnection connection;

  private HeadServiceClient(ServiceConnection connection) {
    this.connection = connection;
  }

  /** A client that uses a connection; the caller closes the connection. */
  public static HeadServiceClient on(ServiceConnection connection) {
    return new HeadServiceClient(connection);
  }

  /** The loaded heads, and which one is the default. */
  public ListHeadsResponse heads() {
    return connection.call(() -> stub().listHeads(ListHeadsRequest.getDefaultInstance()));
  }

  /**
   * Describes one head.
   *
   * @param head NAME or NAME@VERSION; empty: the service's default
   */
  public Head head(String head) {
    GetHeadRequest request = GetHeadRequest.newBuilder().setHead(head).build();
    return connection.call(() -> stub().getHead(request)).getHead();
  }

  private HeadServiceBlockingStub stub() {
    return HeadServiceGrpc.newBlockingStub(connection.channel())
        .withDeadlineAfter(FeatureServiceClient.DEFAULT_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
  }
}
