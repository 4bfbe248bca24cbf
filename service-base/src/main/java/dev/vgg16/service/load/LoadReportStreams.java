package dev.vgg16.service.load;

import com.google.common.collect.Comparators;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** {@code OpenRcaService}: streams that tell the load at the interval that the client asks for. */
final class LoadReportStreams implements BindableService, AutoCloseable {

  private static final String SERVICE = "xds.service.orca.v3.OpenRcaService";

  static final MethodDescriptor<Duration, byte[]> METHOD =
      MethodDescriptor.<Duration, byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "StreamCoreMetrics"))
          .setRequestMarshaller(new IntervalMarshaller())
          .setResponseMarshaller(new BytesMarshaller())
          .build();

  /** The load is measured no more often. */
  static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);

  private final Supplier<byte[]> latest;
  private final ScheduledExecutorService timer;

  LoadReportStreams(Supplier<byte[]> latest) {
    this(
        latest,
        Executors.newSingleThreadScheduledExecutor(
            new ThreadFactoryBuilder().setNameFormat("load-reports").setDaemon(true).build()));
  }

  /**
   * @param timer is shut down by {@link #close}
   */
  LoadReportStreams(Supplier<byte[]> latest, ScheduledExecutorService timer) {
    this.latest = latest;
    this.timer = timer;
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(METHOD, ServerCalls.asyncServerStreamingCall(this::stream))
        .build();
  }

  private void stream(Duration interval, StreamObserver<byte[]> out) {
    ServerCallStreamObserver<byte[]> call = (ServerCallStreamObserver<byte[]>) out;
    // Without a handler, a report to a cancelled call would throw.
    call.setOnCancelHandler(() -> {});
    call.onNext(latest.get());
    schedule(call, Comparators.max(interval, SHORTEST_INTERVAL).toMillis());
  }

  private void schedule(ServerCallStreamObserver<byte[]> call, long millis) {
    var unused = timer.schedule(() -> report(call, millis), millis, TimeUnit.MILLISECONDS);
  }

  private void report(ServerCallStreamObserver<byte[]> call, long millis) {
    if (call.isCancelled()) {
      return;
    }
    if (call.isReady()) {
      call.onNext(latest.get());
    }
    schedule(call, millis);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
