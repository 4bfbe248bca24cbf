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
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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
  private final ScheduledThreadPoolExecutor timer;

  LoadReportStreams(Supplier<byte[]> latest) {
    this.latest = latest;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, new ThreadFactoryBuilder().setNameFormat("load-reports").setDaemon(true).build());
    // A client may ask for a report a day, and cancel at once.
    timer.setRemoveOnCancelPolicy(true);
  }

  @Override
  public ServerServiceDefinition bindService() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(METHOD, ServerCalls.asyncServerStreamingCall(this::stream))
        .build();
  }

  private void stream(Duration interval, StreamObserver<byte[]> out) {
    ServerCallStreamObserver<byte[]> call = (ServerCallStreamObserver<byte[]>) out;
    long millis = Comparators.max(interval, SHORTEST_INTERVAL).toMillis();
    ScheduledFuture<?> reports =
        timer.scheduleWithFixedDelay(() -> report(call), millis, millis, TimeUnit.MILLISECONDS);
    call.setOnCancelHandler(() -> reports.cancel(false));
    call.onNext(latest.get());
  }

  private void report(ServerCallStreamObserver<byte[]> call) {
    if (call.isReady()) {
      call.onNext(latest.get());
    }
  }

  /** Streams that are open. */
  int open() {
    return timer.getQueue().size();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
