package dev.vgg16.cli.exchange;

import com.google.protobuf.ByteString;
import dev.vgg16.cli.connection.Clock;
import dev.vgg16.cli.images.Failure;
import dev.vgg16.cli.images.ImageFile;
import dev.vgg16.cli.images.ImageReader;
import dev.vgg16.cli.images.UnusableFileException;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sends files on one stream and gives the outcome of each, exactly once, in the order of the
 * answers. Only so many files are in memory as may be in flight.
 *
 * <p>When the stream breaks in a way that may pass (a service that stops, a connection that is
 * lost), it is opened anew and what has no answer is sent again, a few times. A file that the
 * service has no place for is sent again after a pause, until its time is up. gRPC's threads only
 * put events into a queue; everything else happens on the caller's thread.
 */
public final class StreamUploader<Q, A, R> {

  private static final int MAX_TRIES = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final StreamMethod<Q, A, R> call;
  private final ImageReader reader;
  private final Options options;
  private final Clock time;

  private final BlockingQueue<Event<A>> events = new LinkedBlockingQueue<>();
  private final Deque<Integer> toSend = new ArrayDeque<>();
  private final Map<String, Sent> inFlight = new LinkedHashMap<>();
  private final Map<Integer, Long> firstSent = new HashMap<>();
  private List<ImageFile> files = List.of();
  private Consumer<UploadResult<R>> outcomes;
  private Stream stream;
  private long lastAnswer;
  private long pausedUntil;
  private int tries;

  /**
   * How to send.
   *
   * @param maxInFlight files sent and not answered at a time
   * @param timeout the longest wait for one answer, sending again included
   */
  public record Options(int maxInFlight, Duration timeout) {
    public Options {
      if (maxInFlight < 1) {
        throw new IllegalArgumentException("--in-flight must be at least 1, not " + maxInFlight);
      }
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("--timeout must be positive");
      }
    }
  }

  private record Sent(int index, long nanos) {}

  /** What gRPC tells; of streams that are over it is not heeded. */
  private sealed interface Event<A> {
    record Response<A>(Object stream, A message) implements Event<A> {}

    record Closed<A>(Object stream, Status status) implements Event<A> {}

    record Ready<A>(Object stream) implements Event<A> {}
  }

  public StreamUploader(
      StreamMethod<Q, A, R> call, ImageReader reader, Options options, Clock time) {
    this.call = call;
    this.reader = reader;
    this.options = options;
    this.time = time;
  }

  /**
   * Sends the files. To be called once.
   *
   * @param whoHears hears of each file, on this thread
   */
  public void run(List<ImageFile> toBeSent, Consumer<UploadResult<R>> whoHears)
      throws InterruptedException {
    try {
      exchange(toBeSent, whoHears);
    } catch (RuntimeException | InterruptedException e) {
      if (stream != null) {
        // What is under way is wanted no more, and would hold up the end of the connection.
        stream.out.cancel("the client gave up", e);
      }
      throw e;
    }
  }

  private void exchange(List<ImageFile> toBeSent, Consumer<UploadResult<R>> whoHears)
      throws InterruptedException {
    files = List.copyOf(toBeSent);
    outcomes = whoHears;
    pausedUntil = time.nanos();
    for (int i = 0; i < files.size(); i++) {
      toSend.add(i);
    }
    while (!toSend.isEmpty() || !inFlight.isEmpty()) {
      send();
      if (!inFlight.isEmpty() || !toSend.isEmpty()) {
        Event<A> event = events.poll(nanosToWait(), TimeUnit.NANOSECONDS);
        if (event != null) {
          handle(event);
        }
        failExpired();
      }
    }
    if (stream != null) {
      stream.out.onCompleted();
    }
  }

  private void send() {
    while (!toSend.isEmpty() && inFlight.size() < options.maxInFlight() && nanosOfPause() <= 0) {
      if (stream == null) {
        stream = new Stream();
        lastAnswer = time.nanos();
        call.open(stream);
      }
      if (!stream.out.isReady() && !inFlight.isEmpty()) {
        return;
      }
      int index = toSend.remove();
      ByteString bytes;
      try {
        bytes = reader.read(files.get(index));
      } catch (UnusableFileException e) {
        fail(index, e.failure(), 0);
        continue;
      }
      String id = Integer.toString(index);
      long now = firstSent.computeIfAbsent(index, first -> time.nanos());
      inFlight.put(id, new Sent(index, now));
      stream.out.onNext(call.request(id, bytes));
    }
  }

  private void handle(Event<A> event) throws InterruptedException {
    if (event instanceof Event.Response<A> answer && answer.stream() == stream) {
      answered(answer.message());
    } else if (event instanceof Event.Closed<A> ended && ended.stream() == stream) {
      ended(ended.status());
    }
  }

  private void answered(A answer) {
    Sent sent = inFlight.remove(call.id(answer));
    if (sent == null) {
      // Its time was up.
      return;
    }
    tries = 0;
    lastAnswer = time.nanos();
    long nanos = time.nanos() - sent.nanos();
    com.google.rpc.Status error = call.error(answer);
    if (hadNoPlace(error) && nanos < options.timeout().toNanos()) {
      // Before others: its time goes on.
      toSend.push(sent.index());
      pause();
      return;
    }
    firstSent.remove(sent.index());
    if (error != null) {
      fail(sent.index(), Failure.of(error), nanos);
      return;
    }
    outcomes.accept(
        new UploadResult<>(
            sent.index(),
            files.get(sent.index()),
            Optional.of(call.result(answer)),
            Optional.empty(),
            nanos));
  }

  private void ended(Status status) throws InterruptedException {
    stream = null;
    List<Sent> unanswered = new ArrayList<>(inFlight.values());
    inFlight.clear();
    for (int i = unanswered.size() - 1; i >= 0; i--) {
      toSend.push(unanswered.get(i).index());
    }
    if (!mayPass(status) || ++tries >= MAX_TRIES) {
      Failure failure = Failure.of(status);
      while (!toSend.isEmpty()) {
        fail(toSend.remove(), failure, 0);
      }
      return;
    }
    time.pause(FIRST_PAUSE.multipliedBy(1L << (tries - 1)));
  }

  /** Sends nothing for a while; of a burst of refusals the first counts. */
  private void pause() {
    if (nanosOfPause() <= 0) {
      pausedUntil = time.nanos() + FIRST_PAUSE.toNanos();
    }
  }

  private long nanosOfPause() {
    return pausedUntil - time.nanos();
  }

  private static boolean hadNoPlace(com.google.rpc.Status error) {
    return error != null && error.getCode() == Status.Code.RESOURCE_EXHAUSTED.value();
  }

  private static boolean mayPass(Status status) {
    return switch (status.getCode()) {
      case UNAVAILABLE, ABORTED -> true;
      default -> false;
    };
  }

  private long nanosToWait() {
    long timeout =
        inFlight.values().stream()
            .mapToLong(sent -> sent.nanos() + options.timeout().toNanos() - time.nanos())
            .min()
            .orElse(options.timeout().toNanos());
    long pause = toSend.isEmpty() || nanosOfPause() <= 0 ? timeout : nanosOfPause();
    return Math.max(0, Math.min(timeout, pause));
  }

  private void failExpired() throws InterruptedException {
    long now = time.nanos();
    boolean silent = false;
    for (Iterator<Sent> all = inFlight.values().iterator(); all.hasNext(); ) {
      Sent sent = all.next();
      if (now - sent.nanos() < options.timeout().toNanos()) {
        continue;
      }
      all.remove();
      // Not one answer since it was sent: it is the stream that is stuck.
      silent |= lastAnswer - sent.nanos() <= 0;
      fail(sent.index(), timedOut(), now - sent.nanos());
    }
    if (silent && stream != null) {
      stream.out.cancel("no answer in time", null);
      ended(Status.UNAVAILABLE.withDescription("the service does not answer"));
    }
  }

  private Failure timedOut() {
    return Failure.of(
        Status.DEADLINE_EXCEEDED.withDescription(
            "no answer within %.1f s".formatted(options.timeout().toMillis() / 1000.0)));
  }

  private void fail(int index, Failure failure, long nanos) {
    outcomes.accept(UploadResult.failed(index, files.get(index), failure, nanos));
  }

  private final class Stream implements ClientResponseObserver<Q, A> {
    private ClientCallStreamObserver<Q> out;

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> requests) {
      out = requests;
      out.setOnReadyHandler(() -> events.add(new Event.Ready<>(this)));
    }

    @Override
    public void onNext(A answer) {
      events.add(new Event.Response<>(this, answer));
    }

    @Override
    public void onError(Throwable t) {
      events.add(new Event.Closed<>(this, Status.fromThrowable(t)));
    }

    @Override
    public void onCompleted() {
      events.add(
          new Event.Closed<>(
              this, Status.UNAVAILABLE.withDescription("the service ended the stream")));
    }
  }
}
