package dev.vgg16.client;

import com.google.protobuf.ByteString;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.ExtractRequest;
import dev.vgg16.v1.ExtractResponse;
import dev.vgg16.v1.ExtractStreamRequest;
import dev.vgg16.v1.ExtractStreamResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.FeatureServiceGrpc.FeatureServiceBlockingStub;
import dev.vgg16.v1.FeatureServiceGrpc.FeatureServiceFutureStub;
import dev.vgg16.v1.GetBackboneRequest;
import dev.vgg16.v1.GetBackboneResponse;
import dev.vgg16.v1.Image;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Calls of the feature service. Each has a deadline of 10 s unless {@link #withTimeout} sets
 * another. It blocks and throws a {@link ServiceFailure} when it fails; those that return a future
 * don't block, and the future fails with a {@link ServiceFailure}. Cancelling the future cancels
 * the call. What depends on a future without an executor of its own runs on a thread of gRPC and
 * must not block. For many images use {@link StreamUploader} with {@link #classifyStream} or {@link
 * #extractStream}.
 */
public final class FeatureServiceClient {

  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  private final ServiceConnection connection;
  private final Duration timeout;

  private FeatureServiceClient(ServiceConnection connection, Duration timeout) {
    this.connection = connection;
    this.timeout = timeout;
  }

  /** A client that uses a connection; the caller closes the connection. */
  public static FeatureServiceClient on(ServiceConnection connection) {
    return new FeatureServiceClient(connection, DEFAULT_TIMEOUT);
  }

  /** The same client with another deadline for each unary call. */
  public FeatureServiceClient withTimeout(Duration perCall) {
    return new FeatureServiceClient(connection, perCall);
  }

  /** Which backbone the service runs, and its limits. */
  public GetBackboneResponse backbone() {
    return connection.call(() -> stub().getBackbone(GetBackboneRequest.getDefaultInstance()));
  }

  /**
   * Classifies one image with the service's default head.
   *
   * @param image the bytes of a JPEG, PNG or WebP file
   */
  public ClassifyResponse classify(ByteString image) {
    return classify(ClassifyRequest.newBuilder().setImage(encoded(image)).build());
  }

  /** Classifies one image, with the heads and options of the request. */
  public ClassifyResponse classify(ClassifyRequest request) {
    return connection.call(() -> stub().classify(request));
  }

  /** Like {@link #classify(ClassifyRequest)}, without blocking. */
  public CompletableFuture<ClassifyResponse> classifyAsync(ClassifyRequest request) {
    return AsyncCall.of(connection.target(), futureStub().classify(request));
  }

  /**
   * Computes the feature maps of one image.
   *
   * @param image the bytes of a JPEG, PNG or WebP file
   */
  public ExtractResponse extract(ByteString image) {
    return connection.call(() -> stub().extract(extractRequest(image)));
  }

  /** Like {@link #extract}, without blocking. */
  public CompletableFuture<ExtractResponse> extractAsync(ByteString image) {
    return AsyncCall.of(connection.target(), futureStub().extract(extractRequest(image)));
  }

  private static ExtractRequest extractRequest(ByteString image) {
    return ExtractRequest.newBuilder().setImage(encoded(image)).build();
  }

  /**
   * ClassifyStream, for {@link StreamUploader}.
   *
   * @param template the heads and options of every request; its image is replaced
   */
  public StreamMethod<ClassifyStreamRequest, ClassifyStreamResponse, ClassifyResponse>
      classifyStream(ClassifyRequest template) {
    return new ClassifyStreamMethod(connection, template);
  }

  /** ExtractStream, for {@link StreamUploader}. */
  public StreamMethod<ExtractStreamRequest, ExtractStreamResponse, ExtractResponse>
      extractStream() {
    return new ExtractStreamMethod(connection);
  }

  static Image encoded(ByteString file) {
    return Image.newBuilder().setEncoded(file).build();
  }

  private FeatureServiceBlockingStub stub() {
    return FeatureServiceGrpc.newBlockingStub(connection.channel())
        .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private FeatureServiceFutureStub futureStub() {
    return FeatureServiceGrpc.newFutureStub(connection.channel())
        .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }
}
