package dev.vgg16.bench.replicas;

import dev.vgg16.client.ServiceConnection;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls of {@code Classify} at the times of a schedule, whatever was answered, round robin over the
 * listed feature replicas. Nothing is sent again. {@link #list} and {@link #stop} may be called
 * while {@link #run} runs on another thread.
 */
public final class BalancedCalls implements AutoCloseable {

  private static final long DEADLINE_SECONDS = 20;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private final int port;
  private final List<ClassifyRequest> requests;
  private final List<ServiceConnection> connections = new ArrayList<>();
  private final Map<String, FeatureServiceGrpc.FeatureServiceStub> listed = new LinkedHashMap<>();
  private volatile List<FeatureServiceGrpc.FeatureServiceStub> stubs = List.of();
  private volatile boolean stopped;

  /**
   * A call that ended.
   *
   * @param seconds when it was due, since the load began
   * @param millis from then until it ended
   */
  public record Call(double seconds, double millis, Status.Code outcome) {

    boolean failed() {
      return outcome != Status.Code.OK;
    }
  }

  /**
   * @param port of every replica
   * @param requests sent in turn
   */
  public BalancedCalls(int port, List<ClassifyRequest> requests) {
    this.port = port;
    this.requests = List.copyOf(requests);
  }

  /** Sets the replicas. Calls in flight to the others go on. */
  public void list(List<String> addresses) {
    listed.keySet().retainAll(addresses);
    addresses.forEach(address -> listed.computeIfAbsent(address, this::connect));
    stubs = List.copyOf(listed.values());
  }

  private FeatureServiceGrpc.FeatureServiceStub connect(String address) {
    ServiceConnection connection =
        ServiceConnection.open(address + ":" + port, ClientSecurityOptions.PLAIN);
    connections.add(connection);
    return FeatureServiceGrpc.newStub(connection.channel());
  }

  /**
   * Calls at the times of a schedule until {@link #stop}, and waits until all calls have ended.
   *
   * @param schedule nanoseconds since the load began, ascending
   */
  public Calls run(Clock clock, long[] schedule) throws InterruptedException {
    Queue<Call> ended = new ConcurrentLinkedQueue<>();
    Semaphore endedCount = new Semaphore(0);
    int sent = 0;
    for (; sent < schedule.length && !stopped; sent++) {
      long due = clock.nanoTimeOf(schedule[sent]);
      sleepUntil(due);
      double seconds = schedule[sent] / NANOS_PER_SECOND;
      send(
          sent,
          outcome -> {
            ended.add(new Call(seconds, (System.nanoTime() - due) / NANOS_PER_MILLI, outcome));
            endedCount.release();
          });
    }
    endedCount.acquire(sent);
    return new Calls(List.copyOf(ended));
  }

  /** No more calls are sent. */
  public void stop() {
    stopped = true;
  }

  private void send(int index, Outcome outcome) {
    List<FeatureServiceGrpc.FeatureServiceStub> now = stubs;
    now.get(index % now.size())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
        .classify(requests.get(index % requests.size()), new Ended(outcome));
  }

  private static void sleepUntil(long nanoTime) {
    for (long wait = nanoTime - System.nanoTime(); wait > 0; wait = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(wait);
    }
  }

  /** Closes the connections, also those to replicas that are listed no more. */
  @Override
  public void close() {
    connections.forEach(ServiceConnection::close);
  }

  private interface Outcome {
    void of(Status.Code code);
  }

  /** Receives how a call ended. */
  private record Ended(Outcome outcome) implements StreamObserver<ClassifyResponse> {

    @Override
    public void onNext(ClassifyResponse response) {}

    @Override
    public void onError(Throwable t) {
      outcome.of(Status.fromThrowable(t).getCode());
    }

    @Override
    public void onCompleted() {
      outcome.of(Status.Code.OK);
    }
  }
}
