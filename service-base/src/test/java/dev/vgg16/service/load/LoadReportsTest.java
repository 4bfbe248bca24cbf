package dev.vgg16.service.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.UnknownFieldSet;
import dev.vgg16.service.grpc.GrpcServer;
import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.grpc.OpenStreams;
import dev.vgg16.service.telemetry.Telemetry;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** By a server as the services have it. */
class LoadReportsTest {

  private static final MethodDescriptor<byte[], byte[]> ECHO =
      method(MethodDescriptor.MethodType.UNARY, "test.Echo/Echo");

  private static final MethodDescriptor<byte[], byte[]> LOAD =
      method(
          MethodDescriptor.MethodType.SERVER_STREAMING,
          "xds.service.orca.v3.OpenRcaService/StreamCoreMetrics");

  private static final int RPS_FRACTIONAL = 6;
  private static final int APPLICATION_UTILIZATION = 9;

  private final LoadReports reports = new LoadReports();
  private GrpcServer server;
  private ManagedChannel channel;

  private static MethodDescriptor<byte[], byte[]> method(
      MethodDescriptor.MethodType type, String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(type)
        .setFullMethodName(name)
        .setRequestMarshaller(new BytesMarshaller())
        .setResponseMarshaller(new BytesMarshaller())
        .build();
  }

  @BeforeEach
  void start() throws IOException {
    server =
        new GrpcServer(
            new GrpcServerOptions("127.0.0.1", 0, 1 << 20, 2, Duration.ZERO, Duration.ofHours(1)),
            new OpenStreams(),
            Telemetry.none().grpc(),
            List.of(LoadReportsTest::echo),
            Optional.of(reports));
    server.start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  /** Fails empty requests. */
  private static ServerServiceDefinition echo() {
    return ServerServiceDefinition.builder("test.Echo")
        .addMethod(
            ECHO,
            ServerCalls.asyncUnaryCall(
                (request, out) -> {
                  if (request.length == 0) {
                    out.onError(Status.NOT_FOUND.asRuntimeException());
                    return;
                  }
                  out.onNext(request);
                  out.onCompleted();
                }))
        .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.stop();
    reports.close();
  }

  private Iterator<byte[]> stream(byte... request) {
    return ClientCalls.blockingServerStreamingCall(channel, LOAD, CallOptions.DEFAULT, request);
  }

  private static double field(byte[] report, int number) throws IOException {
    List<Long> values = UnknownFieldSet.parseFrom(report).getField(number).getFixed64List();
    return Double.longBitsToDouble(values.get(0));
  }

  @Test
  void aStreamTellsTheLatestLoad() throws IOException {
    Iterator<byte[]> stream = stream();
    assertThat(field(stream.next(), APPLICATION_UTILIZATION)).isZero();
    reports.report(new LoadReport(1.5, 40));
    byte[] second = stream.next();
    assertThat(field(second, APPLICATION_UTILIZATION)).isEqualTo(1.5);
    assertThat(field(second, RPS_FRACTIONAL)).isEqualTo(40);
  }

  /** Each may ask for a report a day, and cancel at once. */
  @Test
  @Timeout(120)
  void aCancelledStreamLeavesNothing() throws Exception {
    LoadReportStreams streams = new LoadReportStreams(() -> new byte[0]);
    String name = InProcessServerBuilder.generateName();
    Server own = InProcessServerBuilder.forName(name).addService(streams).build().start();
    ManagedChannel to = InProcessChannelBuilder.forName(name).build();
    try {
      for (int i = 0; i < 20; i++) {
        Context.CancellableContext call = Context.ROOT.withCancellation();
        byte[] first =
            call.call(
                () ->
                    ClientCalls.blockingServerStreamingCall(
                            to, LOAD, CallOptions.DEFAULT, new byte[0])
                        .next());
        assertThat(first).isEmpty();
        assertThat(streams.open()).isPositive();
        call.cancel(null);
      }
      while (streams.open() > 0) {
        Thread.onSpinWait();
      }
    } finally {
      to.shutdownNow();
      own.shutdownNow();
      streams.close();
    }
  }

  @Test
  void aCallHasTheLoadInItsTrailers() throws IOException {
    reports.report(new LoadReport(0.25, 10));
    assertThat(field(trailersOf((byte) 1), APPLICATION_UTILIZATION)).isEqualTo(0.25);
  }

  @Test
  void soHasACallThatFails() throws IOException {
    reports.report(new LoadReport(0.5, 10));
    assertThat(field(trailersOf(), APPLICATION_UTILIZATION)).isEqualTo(0.5);
  }

  private byte[] trailersOf(byte... request) {
    AtomicReference<Metadata> headers = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    Channel capturing =
        ClientInterceptors.intercept(
            channel, MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
    try {
      byte[] unused = ClientCalls.blockingUnaryCall(capturing, ECHO, CallOptions.DEFAULT, request);
    } catch (StatusRuntimeException e) {
      assertThat(e.getStatus().getCode()).isEqualTo(Code.NOT_FOUND);
    }
    return trailers.get().get(LoadTrailers.KEY);
  }

  @Test
  void aServerThatStopsEndsTheStreams() {
    Iterator<byte[]> stream = stream();
    stream.next();
    server.stop();
    assertThatThrownBy(() -> stream.forEachRemaining(report -> {}))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE));
  }

  @Test
  void whatCanNotBeParsedIsRefused() {
    byte[] cutOff = {10, 5, 1};
    assertThatThrownBy(() -> stream(cutOff).next())
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT));
  }
}
