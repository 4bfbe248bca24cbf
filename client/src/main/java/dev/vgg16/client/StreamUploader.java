package dev.vgg16.client;

import com.google.protobuf.ByteString;
import dev.vgg16.client.PendingItems.Sent;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends items on one stream and reports the outcome of each exactly once, in the order of the
 * responses. Only the images of items in flight are in memory.
 *
 * <p>When the stream fails with UNAVAILABLE or ABORTED (a service that stops, a lost connection),
 * it is opened again and the items without a response are resent; after five failures without a
 * response in between, the items that are left fail. An item that the service refuses with
 * RESOURCE_EXHAUSTED is resent after a pause, until its timeout. gRPC's threads only put events
 * into a queue; everything else runs on the thread that calls {@link #run}.
 *
 * @param <K> an item
 * @param <Q> an item's request
 * @param <A> an item's response
 * @param <R> the result in a response
 */
public final class StreamUploader<K, Q, A, R> {

  private static final int MAX_ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final StreamMethod<Q, A, R> method;
  private final ItemSource<K> source;
  private final UploadOptions options;
  private final Clock clock;

  private final BlockingQueue<StreamEvent<A>> events = new LinkedBlockingQueue<>();

  private List<K> items = List.of();
  private Consumer<UploadResult<K, R>> results;
  private PendingItems pending = new PendingItems(0);
  private ItemStream<Q, A> stream;
  private long lastResponse;
  private long pausedUntil;
  private int failedAttempts;

  public StreamUploader(
      StreamMethod<Q, A, R> method, ItemSource<K> source, UploadOptions options, Clock clock) {
    this.method = method;
    this.source = source;
    this.options = options;
    this.clock = clock;
  }

  /**
   * Sends the items. To be called once.
   *
   * @param onResult called for each item, on this thread
   */
  public void run(List<K> toBeSent, Consumer<UploadResult<K, R>> onResult)
      throws InterruptedException {
    try {
      exchange(toBeSent, onResult);
    } catch (RuntimeException | InterruptedException e) {
      if (stream != null) {
        // Otherwise the items in flight would delay the connection's close.
        stream.cancel("the client gave up", e);
      }
      throw e;
    }
  }

  private void exchange(List<K> toBeSent, Consumer<UploadResult<K, R>> onResult)
      throws InterruptedException {
    items = List.copyOf(toBeSent);
    results = onResult;
    pending = new PendingItems(items.size());
    pausedUntil = clock.nanos();
    while (!pending.isEmpty()) {
      // One look at the clock decides both whether to send and how long to wait.
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
      if (stream == null) {
        stream = new ItemStream<>(events);
        lastResponse = clock.nanos();
        method.open(stream);
      }
      if (!stream.isReady() && pending.inFlight() > 0) {
        return;
      }
      send(pending.next());
    }
  }

  private void send(int index) {
    ByteString image;
    try {
      image = source.read(items.get(index));
    } catch (UnusableItemException e) {
      fail(index, e.failure(), 0);
      return;
    }
    stream.send(method.request(pending.sent(index, clock.nanos()), image));
  }

  private void handle(StreamEvent<A> event) throws InterruptedException {
    if (event instanceof StreamEvent.Response<A> response) {
      onResponse(response.message());
    } else if (event instanceof StreamEvent.Closed<A> closed) {
      onClosed(closed.status());
    }
  }

  private void onResponse(A response) {
    Sent sent = pending.remove(method.id(response));
    if (sent == null) {
      // It has timed out.
      return;
    }
    failedAttempts = 0;
    lastResponse = clock.nanos();
    long nanos = clock.nanos() - sent.nanos();
    com.google.rpc.Status error = method.error(response);
    if (isResourceExhausted(error) && nanos < options.timeout().toNanos()) {
      pending.resend(sent);
      pause();
    } else if (error != null) {
      fail(sent.index(), Failure.of(error), nanos);
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
    return error != null && error.getCode() == Status.Code.RESOURCE_EXHAUSTED.value();
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
      stream.cancel("no answer in time", null);
      onClosed(Status.UNAVAILABLE.withDescription("the service does not answer"));
    }
  }

  private Failure timedOut() {
    return Failure.of(
        Status.DEADLINE_EXCEEDED.withDescription(
            "no answer within %.1f s".formatted(options.timeout().toMillis() / 1000.0)));
  }

  private void fail(int index, Failure failure, long nanos) {
    results.accept(UploadResult.failed(index, items.get(index), failure, nanos));
  }
}
