package dev.vgg16.feature.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/** Reads the body of one request without blocking, within the limits. */
final class BodyReader implements Runnable {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** For the whole body, which takes memory from its first bytes on. */
  private static final Duration TIME = Duration.ofMinutes(1);

  private final Request request;
  private final long most;
  private final MemoryBudget.Reservation memory;
  private final CompletableFuture<RequestBody> body = new CompletableFuture<>();

  /** Jetty calls {@link #run} by one thread at a time. */
  private ByteString bytes = ByteString.EMPTY;

  private BodyReader(Request request, long most, MemoryBudget.Reservation memory) {
    this.request = request;
    this.most = most;
    this.memory = memory;
  }

  /**
   * Reads a body.
   *
   * @param most bytes that it may have
   * @param memory is taken from here, and left to the caller to return
   */
  static CompletableFuture<RequestBody> read(
      Request request, long most, MemoryBudget.Reservation memory) {
    BodyReader reader = new BodyReader(request, most, memory);
    String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      // gzip is gone by now.
      reader.fail(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE_415,
          "the body's encoding must be gzip or identity, not " + encoding);
    } else if (request.getLength() > most) {
      reader.failTooLarge();
    } else {
      reader.start();
    }
    return reader.body;
  }

  private void start() {
    Scheduler.Task limit =
        request
            .getComponents()
            .getScheduler()
            .schedule(this::failTooSlow, TIME.toMillis(), TimeUnit.MILLISECONDS);
    var unused = body.whenComplete((read, failure) -> limit.cancel());
    run();
  }

  @Override
  public void run() {
    while (!body.isDone()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        failUnreadable(chunk.getFailure());
        return;
      }
      add(chunk);
    }
  }

  private void add(Content.Chunk chunk) {
    boolean last = chunk.isLast();
    ByteBuffer received = chunk.getByteBuffer();
    int size = received.remaining();
    if (bytes.size() + (long) size > most) {
      failTooLarge();
    } else if (!memory.add(size)) {
      failNoMemory();
    } else {
      byte[] copy = new byte[size];
      received.get(copy);
      bytes = bytes.concat(UnsafeByteOperations.unsafeWrap(copy));
    }
    chunk.release();
    if (last && !body.isDone()) {
      body.complete(new RequestBody(bytes, contentType()));
    }
  }

  private String contentType() {
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    return type == null ? "" : type;
  }

  private void failTooLarge() {
    fail(
        HttpStatus.PAYLOAD_TOO_LARGE_413,
        "the body has more than the %,d bytes that it may have".formatted(most));
  }

  private void failTooSlow() {
    fail(
        HttpStatus.REQUEST_TIMEOUT_408,
        "the body did not arrive within %d s".formatted(TIME.toSeconds()));
  }

  private void failNoMemory() {
    boolean unused =
        body.completeExceptionally(
            new ProblemException(
                Problem.of(
                        HttpStatus.SERVICE_UNAVAILABLE_503,
                        "the bodies of other requests take all memory that is there for them: retry")
                    .retryAfter(RETRY_AFTER)));
  }

  private void failUnreadable(Throwable cause) {
    fail(
        cause instanceof TimeoutException
            ? HttpStatus.REQUEST_TIMEOUT_408
            : HttpStatus.BAD_REQUEST_400,
        "the body can't be read: %s".formatted(cause.getMessage()));
  }

  private void fail(int status, String detail) {
    boolean unused = body.completeExceptionally(new ProblemException(Problem.of(status, detail)));
  }
}
