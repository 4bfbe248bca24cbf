package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.vgg16.service.telemetry.Telemetry;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health and reflection beside a service of the contract. */
class BuiltInServicesTest {

  private GrpcServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    server =
        new GrpcServer(
            new GrpcServerOptions("127.0.0.1", 0, 1 << 20, 2, Duration.ZERO, Duration.ofDays(1)),
            new OpenStreams(),
            Telemetry.none().grpc(),
            List.of(new FeatureServiceGrpc.FeatureServiceImplBase() {}));
    server.start();
    server.serving();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.stop();
  }

  @Test
  void reflectionListsTheServicesAndBothVersionsOfItself() throws Exception {
    assertThat(
            ask(ServerReflectionRequest.newBuilder().setListServices("").build())
                .getListServicesResponse()
                .getServiceList())
        .extracting(ServiceResponse::getName)
        .containsExactlyInAnyOrder(
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
            "vgg16.v1.FeatureService");
  }

  /** Tools need the types of error details to show them. */
  @ParameterizedTest
  @ValueSource(strings = {"google.rpc.BadRequest", "google.rpc.RetryInfo", "google.rpc.ErrorInfo"})
  void reflectionKnowsTheDetailsOfErrors(String type) throws Exception {
    ServerReflectionRequest request =
        ServerReflectionRequest.newBuilder().setFileContainingSymbol(type).build();
    ByteString file = ask(request).getFileDescriptorResponse().getFileDescriptorProto(0);
    assertThat(FileDescriptorProto.parseFrom(file).getName())
        .isEqualTo("google/rpc/error_details.proto");
    assertThat(askAsBefore(type)).isEqualTo(file);
  }

  /** gRPC would store or return the names. */
  @Test
  void refusesLongNames() {
    HealthCheckRequest request =
        HealthCheckRequest.newBuilder().setService("n".repeat(5_000)).build();
    assertIsRefused(() -> HealthGrpc.newBlockingStub(channel).check(request));
    assertIsRefused(
        () -> HealthGrpc.newBlockingStub(channel).withCompression("gzip").check(request));
    Iterator<HealthCheckResponse> watch = HealthGrpc.newBlockingStub(channel).watch(request);
    assertIsRefused(watch::next);
    assertIsRefused(
        () -> ask(ServerReflectionRequest.newBuilder().setHost("h".repeat(5_000)).build()));
    assertThat(
            HealthGrpc.newBlockingStub(channel)
                .check(HealthCheckRequest.getDefaultInstance())
                .getStatus())
        .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
  }

  /** A malformed request is the client's error, not a defect. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc.health.v1.Health/Check",
        "grpc.health.v1.Health/Watch",
        "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
      })
  void refusesMalformedRequests(String method) {
    MethodDescriptor<byte[], byte[]> bytes =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodType.UNARY)
            .setFullMethodName(method)
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    byte[] cutShort = {0x0A, 0x7F};
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(channel, bytes, CallOptions.DEFAULT, cutShort))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
              assertThat(e.getStatus().getDescription())
                  .startsWith("the request can't be parsed: ")
                  .doesNotContain("\n");
            });
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      throw new AssertionError("nothing is answered");
    }
  }

  private static void assertIsRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
              assertThat(e.getStatus().getDescription())
                  .isEqualTo("the request has more than the limit of 4,096 bytes");
            });
  }

  private ServerReflectionResponse ask(ServerReflectionRequest request)
      throws InterruptedException {
    Answers<ServerReflectionResponse> answers = new Answers<>();
    StreamObserver<ServerReflectionRequest> requests =
        ServerReflectionGrpc.newStub(channel).serverReflectionInfo(answers);
    requests.onNext(request);
    return answers.first(requests);
  }

  private ByteString askAsBefore(String type) throws InterruptedException {
    Answers<io.grpc.reflection.v1alpha.ServerReflectionResponse> answers = new Answers<>();
    StreamObserver<io.grpc.reflection.v1alpha.ServerReflectionRequest> requests =
        io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(answers);
    requests.onNext(
        io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
            .setFileContainingSymbol(type)
            .build());
    return answers.first(requests).getFileDescriptorResponse().getFileDescriptorProto(0);
  }

  private static final class Answers<R> implements StreamObserver<R> {
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

    @Override
    public void onNext(R answer) {
      events.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      events.add(failure);
    }

    @Override
    public void onCompleted() {}

    @SuppressWarnings("unchecked")
    R first(StreamObserver<?> requests) throws InterruptedException {
      Object event = events.poll(120, TimeUnit.SECONDS);
      if (event instanceof StatusRuntimeException failure) {
        throw failure;
      }
      requests.onCompleted();
      return (R) event;
    }
  }
}
