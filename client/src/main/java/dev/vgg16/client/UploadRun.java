package dev.vgg16.client;

import com.google.protobuf.ByteString;
import dev.vgg16.client.OutstandingItems.Sent;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of a {@link StreamUploader}, on one thread. */
final class UploadRun<K, Q, A, R> {

  private static final int MAX_ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final StreamMethod<Q, A, R> method;
  private final ItemSource<K> source;
  private final UploadOptions options;
  private final Clock clock;
  private final List<K> items;
  private final Consumer<UploadResult<K, R>> results;

  private final BlockingQueue<StreamEvent<A>> events = new LinkedBlockingQueue<>();
  private final OutstandingItems pending;

  private @Nullable UploadStream<Q, A> stream;
  private long lastResponse;
  private long pausedUntil;
  private int failedAttempts;

  UploadRun(
      StreamUploader<K, Q, A, R> uploader, List<K> items, Consumer<UploadResult<K, R>> results) {
    this.method = uploader.method();
    this.source = uploader.source();
    this.options = uploader.options();
    this.clock = uploader.clock();
    this.items = List.copyOf(items);
    this.results = results;
    this.pending = new OutstandingItems(items.size());
    this.pausedUntil = clock.nanos();
  }

  void run() throws InterruptedException {
    try {
      exchange();
    } catch (RuntimeException | InterruptedException e) {
      if (stream != null) {
        // Otherwise the items in flight would delay the connection's close.
        stream.cancel("the upload was aborted", e);
      }
      throw e;
    }
  }

  private void exchange() throws InterruptedException {
    while (!pending.isEmpty()) {
      // The clock is read once, both for whether to send and for how long to wait.
      long pause = nanosOfPause();
      if (pause <= 0) {
        send();
      }
      if (!pending.isEmpty()) {
        StreamEvent<A> event = events.poll(nanosToWait(pause), TimeUnit.NANOSECONDS);
        if (event != null && event.stream() == stream) {
          handle(event);
        }
        failExpired();
      }
    }
    if (stream != null) {
      stream.complete();
    }
  }

  private void send() {
    while (pending.hasUnsent() && pending.inFlight() < options.maxInFlight()) {
      UploadStream<Q, A> open = openStream();
      if (!open.isReady() && pending.inFlight() > 0) {
        return;
      }
      send(open, pending.next());
    }
  }

  private UploadStream<Q, A> openStream() {
    if (stream == null) {
      stream = new UploadStream<>(events);
      lastResponse = clock.nanos();
      method.open(stream);
    }
    return stream;
  }

  private void send(UploadStream<Q, A> open, int index) {
    ByteString image;
    try {
      image = source.read(items.get(index));
    } catch (UnusableItemException e) {
      fail(index, e.failure(), 0);
      return;
    }
    open.send(method.request(pending.sent(index, clock.nanos()), image));
  }

  private void handle(StreamEvent<A> event) throws InterruptedException {
    if (event instanceof StreamEvent.Response<A> response) {
      onResponse(response.message());
    } else if (event instanceof StreamEvent.Closed<A> closed) {
      onClosed(closed.status());
    }
  }

  private void onResponse(A response) {
    // There is none when the item has timed out.
    pending.remove(method.id(response)).ifPresent(sent -> onResponse(sent, response));
  }

  private void onResponse(Sent sent, A response) {
    failedAttempts = 0;
    lastResponse = clock.nanos();
    long nanos = clock.nanos() - sent.nanos();
    Optional<com.google.rpc.Status> error = method.error(response);
    if (error.filter(UploadRun::isResourceExhausted).isPresent()
        && nanos < options.timeout().toNanos()) {
      pending.resend(sent);
      pause();
    } else if (error.isPresent()) {
      fail(sent.index(), Failure.of(error.get()), nanos);
    } else {
      int index = sent.index();
      results.accept(
          UploadResult.succeeded(index, items.get(index), method.result(response), nanos));
    }
  }

  private void onClosed(Status status) throws InterruptedException {
    stream = null;
    pending.resendAll();
    if (!isRetryable(status) || ++failedAttempts >= MAX_ATTEMPTS) {
      Failure failure = Failure.of(status);
      while (pending.hasUnsent()) {
        fail(pending.next(), failure, 0);
      }
      return;
    }
    clock.pause(FIRST_PAUSE.multipliedBy(1L << (failedAttempts - 1)));
  }

  /** Sends nothing for a while; the first of several refusals starts the pause. */
  private void pause() {
    if (nanosOfPause() <= 0) {
      pausedUntil = clock.nanos() + FIRST_PAUSE.toNanos();
    }
  }

  private long nanosOfPause() {
    return pausedUntil - clock.nanos();
  }

  private static boolean isResourceExhausted(com.google.rpc.Status error) {
    return error.getCode() == Status.Code.RESOURCE_EXHAUSTED.value();
  }

  private static boolean isRetryable(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE, ABORTED -> true;
      default -> false;
    };
  }

  private long nanosToWait(long pause) {
    long now = clock.nanos();
    long timeout = pending.oldest().orElse(now) + options.timeout().toNanos() - now;
    return Math.max(0, pending.hasUnsent() && pause > 0 ? Math.min(timeout, pause) : timeout);
  }

  private void failExpired() throws InterruptedException {
    long now = clock.nanos();
    boolean isStalled = false;
    for (Sent expired : pending.removeSentUntil(now - options.timeout().toNanos())) {
      // Without any response since it was sent, the stream itself has stalled.
      isStalled |= lastResponse - expired.nanos() <= 0;
      fail(expired.index(), timedOut(), now - expired.nanos());
    }
    if (isStalled && stream != null) {
      stream.cancel("no response in time", null);
      onClosed(Status.UNAVAILABLE.withDescription("the service does not respond"));
    }
  }

  private Failure timedOut() {
    return Failure.of(
        Status.DEADLINE_EXCEEDED.withDescription(
            "no response within %.1f s".formatted(options.timeout().toMillis() / 1000.0)));
  }

  private void fail(int index, Failure failure, long nanos) {
    results.accept(UploadResult.failed(index, items.get(index), failure, nanos));
  }
}
