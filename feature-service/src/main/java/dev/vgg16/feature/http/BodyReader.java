package dev.vgg16.feature.http;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
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
  private final BodyBudget budget;
  private final CompletableFuture<RequestBody> body = new CompletableFuture<>();
  private ByteString bytes = ByteString.EMPTY;

  private BodyReader(Request request, long most, BodyBudget budget) {
    this.request = request;
    this.most = most;
    this.budget = budget;
  }

  /**
   * Reads a body. What it takes of the budget is returned at the end of the exchange.
   *
   * @param most bytes that it may have
   */
  static CompletableFuture<RequestBody> read(Request request, long most, BodyBudget budget) {
    BodyReader reader = new BodyReader(request, most, budget);
    if (request.getLength() > most) {
      reader.body.completeExceptionally(tooLarge(most));
    } else {
      Request.addCompletionListener(request, failure -> budget.release(reader.bytes.size()));
      Scheduler.Task limit =
          request
              .getComponents()
              .getScheduler()
              .schedule(reader::tooSlow, TIME.toMillis(), TimeUnit.MILLISECONDS);
      var unused = reader.body.whenComplete((body, failure) -> limit.cancel());
      reader.run();
    }
    return reader.body;
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
        body.completeExceptionally(unreadable(chunk.getFailure()));
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
      body.completeExceptionally(tooLarge(most));
    } else if (!budget.reserve(size)) {
      body.completeExceptionally(noMemory());
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

  private void tooSlow() {
    body.completeExceptionally(
        new ProblemException(
            Problem.of(408, "the body did not arrive within %d s".formatted(TIME.toSeconds()))));
  }

  private static ProblemException tooLarge(long most) {
    return new ProblemException(
        Problem.of(413, "the body has more than the %,d bytes that it may have".formatted(most)));
  }

  private static ProblemException noMemory() {
    return new ProblemException(
        Problem.of(
                503, "the bodies of other requests take all memory that is there for them: retry")
            .retryAfter(RETRY_AFTER));
  }

  private static ProblemException unreadable(Throwable cause) {
    return new ProblemException(
        Problem.of(400, "the body can't be read: %s".formatted(cause.getMessage())));
  }
}
