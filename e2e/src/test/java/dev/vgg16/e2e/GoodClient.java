package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.client.FeatureServiceClient;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.client.ServiceFailure;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that classifies one photo after the other during an attack, and counts results. */
final class GoodClient {

  private final FeatureServiceClient features;
  private final ClassifyRequest request;
  private final ClassifyResponse expected;
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger wrong = new AtomicInteger();
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();

  GoodClient(ServiceConnection connection) throws IOException {
    this(connection, Photos.any());
  }

  GoodClient(ServiceConnection connection, ByteString photo) {
    features = Services.features(connection);
    request = Photos.classify(photo);
    expected = features.classify(request);
    assertThat(expected.getHeads(0).getScoresList()).hasSize(2);
  }

  /** The behaviour of other clients; returns the number of faults. */
  interface Abuse {
    int run() throws Exception;
  }

  /** Classifies during the abuse, and reports on both. */
  void during(String title, Abuse abuse) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    CompletableFuture<Void> calls = CompletableFuture.runAsync(() -> classifyUntil(stop));
    int faults;
    try {
      faults = abuse.run();
    } finally {
      // At least one call after the last fault.
      int before = sent.get();
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      while (sent.get() < before + 2 && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(10);
      }
      stop.set(true);
      calls.join();
    }
    report(title, faults);
    assertThat(faults).isPositive();
  }

  /** Classifies once. */
  void classify() {
    sent.incrementAndGet();
    try {
      ClassifyResponse response = features.classify(request);
      answered.incrementAndGet();
      if (!response.getHeadsList().equals(expected.getHeadsList())) {
        wrong.incrementAndGet();
      }
    } catch (ServiceFailure e) {
      lost.add(e.getMessage());
    }
  }

  /** Prints the counts since the last report; no answer may be missing or wrong. */
  void report(String title, int faults) {
    System.out.printf(
        "%s: %,d faults; good calls: %d sent, %d answered, %d lost, %d wrong%n",
        title, faults, sent.get(), answered.get(), lost.size(), wrong.get());
    assertThat(lost).isEmpty();
    assertThat(wrong.getAndSet(0)).isZero();
    assertThat(answered.getAndSet(0)).isEqualTo(sent.getAndSet(0)).isPositive();
  }

  private void classifyUntil(AtomicBoolean stop) {
    while (!stop.get()) {
      classify();
    }
  }
}
