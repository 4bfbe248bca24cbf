package dev.vgg16.service.grpc;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.health.v1.HealthGrpc;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The executors of calls: health is served on the event loop, even when the services are busy, and
 * reflection on its own thread, so that it blocks no other call.
 */
final class CallThreads implements ServerCallExecutorSupplier {

  /** Prefix of the names of all versions of reflection. */
  private static final String REFLECTION = "grpc.reflection.";

  private final ThreadPoolExecutor services;
  private final ThreadPoolExecutor reflection = threads("grpc-reflection", 1);

  /**
   * @param count threads for the services' methods
   */
  CallThreads(int count) {
    this.services = threads("grpc-%d", count);
  }

  private static ThreadPoolExecutor threads(String names, int count) {
    return new ThreadPoolExecutor(
        count,
        count,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        new ThreadFactoryBuilder().setNameFormat(names).setDaemon(true).build());
  }

  /** The threads of the services' methods. */
  ThreadPoolExecutor services() {
    return services;
  }

  @Override
  public <Q, R> Executor getExecutor(ServerCall<Q, R> call, Metadata headers) {
    String service = String.valueOf(call.getMethodDescriptor().getServiceName());
    if (service.equals(HealthGrpc.SERVICE_NAME)) {
      return MoreExecutors.directExecutor();
    }
    return service.startsWith(REFLECTION) ? reflection : services;
  }

  /** Ends the threads after their tasks. */
  void shutdown() {
    services.shutdown();
    reflection.shutdown();
  }
}
