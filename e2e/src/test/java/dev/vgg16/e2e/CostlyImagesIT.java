package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One client sends pictures that take seconds to decode, in several calls at a time and without a
 * pause; another sends small photos.
 */
@Timeout(600)
class CostlyImagesIT {

  private static final int CALLS_AT_A_TIME = 6;

  private static final int GOOD_CALLS = 40;

  private static Services services;
  private static ServiceConnection goodConnection;
  private static GoodClient good;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    services = Services.start();
    goodConnection = services.newFeatureConnection();
    good = new GoodClient(goodConnection);
    good.classify();
    good.report("before", 0);
  }

  @AfterAll
  static void stop() {
    goodConnection.close();
    services.close();
  }

  /** Taking turns alone, it would wait for about three of them; they are decoded side by side. */
  @Test
  void aSmallPhotoDoesNotWaitForThem() throws Exception {
    Sender sender = new Sender(CostlyImages.png(), CostlyImages.jpeg(24));
    sender.start();
    List<Integer> endedDuringACall = new ArrayList<>();
    while (endedDuringACall.size() < GOOD_CALLS || sender.answered.get() < 3) {
      int before = sender.answered.get();
      good.classify();
      endedDuringACall.add(sender.answered.get() - before);
    }
    sender.stop();
    Collections.sort(endedDuringACall);
    int median = endedDuringACall.get(endedDuringACall.size() / 2);
    System.out.printf(
        "%d costly images answered beside %d good calls, during one of them %d (median), %d"
            + " (most); other answers: %s%n",
        sender.answered.get(),
        endedDuringACall.size(),
        median,
        endedDuringACall.get(endedDuringACall.size() - 1),
        sender.failures);
    good.report("costly images", sender.answered.get());
    assertThat(sender.failures).isEmpty();
    assertThat(median).isZero();
    assertThat(endedDuringACall.size()).isGreaterThan(2 * sender.answered.get());
  }

  @Test
  void whatNoHeaderTellsIsRefused() throws Exception {
    Sender sender = new Sender(CostlyImages.pngWithoutEnd(), CostlyImages.jpeg(25));
    sender.start();
    for (int i = 0; i < GOOD_CALLS || sender.refused.get() < 20; i++) {
      good.classify();
    }
    sender.stop();
    good.report("images that cost more than they say", sender.refused.get());
    assertThat(sender.failures.keySet())
        .containsExactlyInAnyOrder(
            "image.encoded: is a PNG whose pixels unpack to more than 16,777,216 bytes beyond those"
                + " of its size",
            "image.encoded: is a JPEG of more than 24 scans, the limit for 8,192 x 8,192 pixels;"
                + " real ones have about ten");
    assertThat(sender.answered).hasValue(0);
  }

  /** Sends images, one after the other in each of its calls, until it is stopped. */
  private static final class Sender {
    final AtomicInteger answered = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private final List<ByteString> images;
    private final ServiceConnection connection = services.newFeatureConnection();
    private final FeatureServiceGrpc.FeatureServiceFutureStub features =
        FeatureServiceGrpc.newFutureStub(connection.channel());
    private volatile boolean stopped;

    Sender(ByteString... images) {
      this.images = List.of(images);
    }

    void start() {
      for (int i = 0; i < CALLS_AT_A_TIME; i++) {
        send(i);
      }
    }

    private void send(int number) {
      ByteString image = images.get(number % images.size());
      Futures.addCallback(
          features.classify(Photos.classify(image)),
          new FutureCallback<ClassifyResponse>() {
            @Override
            public void onSuccess(ClassifyResponse response) {
              answered.incrementAndGet();
              sendNext();
            }

            @Override
            public void onFailure(Throwable failure) {
              if (!stopped) {
                refused.incrementAndGet();
                failures.merge(Status.fromThrowable(failure).getDescription(), 1, Integer::sum);
                sendNext();
              }
            }

            private void sendNext() {
              if (!stopped) {
                send(number + 1);
              }
            }
          },
          MoreExecutors.directExecutor());
    }

    void stop() {
      stopped = true;
      connection.close();
    }
  }
}
