package dev.vgg16.bench.load;

import dev.vgg16.bench.stats.Latencies;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Sends images on streams at the times of a schedule, whatever was answered. A latency counts from
 * the scheduled time, so it includes delays of the sender and of flow control (no coordinated
 * omission). StreamUploader would send no item before flow control allows it.
 */
public final class OpenLoop implements AutoCloseable {

  /** An image is on one stream; together they may have far more unanswered than a queue gets. */
  private static final int STREAMS = 16;

  private static final int CONNECTIONS = 4;
  private static final long ANSWER_LIMIT_SECONDS = 60;

  private final List<ServiceConnection> connections = new ArrayList<>();
  private final List<ClassifyRequest> requests;

  /**
   * @param target the feature service
   * @param requests sent in turn
   */
  public OpenLoop(String target, List<ClassifyRequest> requests) {
    this.requests = List.copyOf(requests);
    for (int i = 0; i < CONNECTIONS; i++) {
      connections.add(ServiceConnection.open(target, ClientSecurityOptions.PLAIN));
    }
  }

  /**
   * Sends at the times of a schedule, and waits for all answers.
   *
   * @param schedule nanoseconds from the start, ascending
   * @return latencies in nanoseconds
   * @throws IllegalStateException when an image was not scored
   */
  public Histogram run(long[] schedule) throws InterruptedException {
    ResponseObserver answers = new ResponseObserver(schedule);
    List<StreamObserver<ClassifyStreamRequest>> streams = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      streams.add(
          FeatureServiceGrpc.newStub(connections.get(i % CONNECTIONS).channel())
              .classifyStream(answers));
    }
    for (int i = 0; i < schedule.length && !answers.failed(); i++) {
      answers.awaitTimeOf(i);
      streams.get(i % STREAMS).onNext(item(i));
    }
    streams.forEach(StreamObserver::onCompleted);
    return answers.awaitAll();
  }

  private ClassifyStreamRequest item(int index) {
    return ClassifyStreamRequest.newBuilder()
        .setId(Integer.toString(index))
        .setRequest(requests.get(index % requests.size()))
        .build();
  }

  @Override
  public void close() {
    connections.forEach(ServiceConnection::close);
  }

  /** The responses on all streams. */
  private static final class ResponseObserver implements StreamObserver<ClassifyStreamResponse> {
    private final long[] schedule;
    private final long begin = System.nanoTime();
    private final Histogram latencies = new ConcurrentHistogram(Latencies.newHistogram());
    private final CountDownLatch unanswered;
    private final AtomicReference<String> failure = new AtomicReference<>();

    ResponseObserver(long[] schedule) {
      this.schedule = schedule;
      this.unanswered = new CountDownLatch(schedule.length);
    }

    void awaitTimeOf(int index) {
      long wait = begin + schedule[index] - System.nanoTime();
      while (wait > 0) {
        LockSupport.parkNanos(wait);
        wait = begin + schedule[index] - System.nanoTime();
      }
    }

    boolean failed() {
      return failure.get() != null;
    }

    Histogram awaitAll() throws InterruptedException {
      boolean all = unanswered.await(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
      if (failed()) {
        throw new IllegalStateException("not every image was scored: " + failure.get());
      }
      if (!all) {
        throw new IllegalStateException(
            "%d of %d images had no response".formatted(unanswered.getCount(), schedule.length));
      }
      return latencies;
    }

    @Override
    public void onNext(ClassifyStreamResponse answer) {
      if (answer.hasError()) {
        fail(answer.getError().getMessage());
        return;
      }
      long intended = begin + schedule[Integer.parseInt(answer.getId())];
      latencies.recordValue(Math.max(0, System.nanoTime() - intended));
      unanswered.countDown();
    }

    @Override
    public void onError(Throwable t) {
      fail(t.getMessage());
    }

    private void fail(String reason) {
      failure.compareAndSet(null, reason);
      while (unanswered.getCount() > 0) {
        unanswered.countDown();
      }
    }

    @Override
    public void onCompleted() {}
  }
}
