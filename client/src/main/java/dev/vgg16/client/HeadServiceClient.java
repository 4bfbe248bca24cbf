package dev.vgg16.client;

import dev.vgg16.v1.GetHeadRequest;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.HeadServiceGrpc.HeadServiceBlockingStub;
import dev.vgg16.v1.ListHeadsRequest;
import dev.vgg16.v1.ListHeadsResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Calls of the head service. Each blocks, has a deadline of 10 s unless {@link #withTimeout} sets
 * another, and throws a {@link ServiceFailure} when it fails.
 */
public final class HeadServiceClient {

  private final ServiceConnection connection;
  private final Duration timeout;

  private HeadServiceClient(ServiceConnection connection, Duration timeout) {
    this.connection = connection;
    this.timeout = timeout;
  }

  /** A client that uses a connection; the caller closes the connection. */
  public static HeadServiceClient on(ServiceConnection connection) {
    return new HeadServiceClient(connection, FeatureServiceClient.DEFAULT_TIMEOUT);
  }

  /** The same client with another deadline for each call. */
  public HeadServiceClient withTimeout(Duration perCall) {
    return new HeadServiceClient(connection, perCall);
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
        .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }
}
