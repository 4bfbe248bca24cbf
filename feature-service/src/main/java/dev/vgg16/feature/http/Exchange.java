package dev.vgg16.feature.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** One request and its response. It gets one response, from any thread. */
public final class Exchange {

  static final String JSON = "application/json";

  /** Several times the size of most responses, which are not counted. */
  private static final int SMALL_BYTES = 16 << 10;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** For a response to be read, from its first byte on; streams have a limit a part. */
  private static final Duration READING = Duration.ofMinutes(1);

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final ErrorFormat errors;
  private final long maxBodyBytes;
  private final MemoryBudget.Reservation bodyMemory;
  private final MemoryBudget.Reservation responseMemory;

  /**
   * @param maxBodyBytes that the body may have
   * @param bodies what those of all requests may take
   * @param responses what those of all requests may take
   */
  Exchange(
      Request request,
      Response response,
      Callback callback,
      ErrorFormat errors,
      long maxBodyBytes,
      MemoryBudget bodies,
      MemoryBudget responses) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.errors = errors;
    this.maxBodyBytes = maxBodyBytes;
    this.bodyMemory = bodies.open();
    this.responseMemory = responses.open();
    Request.addCompletionListener(
        request,
        failure -> {
          bodyMemory.release();
          responseMemory.release();
        });
  }

  public Request request() {
    return request;
  }

  /** The body, or a {@link ProblemException}. */
  public CompletableFuture<RequestBody> body() {
    return BodyReader.read(request, maxBodyBytes, bodyMemory);
  }

  /** Nothing refers to the body any more: others may have its memory. */
  public void releaseBody() {
    bodyMemory.release();
  }

  /**
   * Takes memory for the response, which is returned when the client has read it.
   *
   * @throws ProblemException when there is none
   */
  public void reserve(long bytes) {
    if (!hasRoomFor(bytes)) {
      throw new ProblemException(
          Problem.of(
                  HttpStatus.SERVICE_UNAVAILABLE_503,
                  "responses that their clients do not read take all memory that is there for"
                      + " them: retry")
              .retryAfter(RETRY_AFTER));
    }
  }

  /** Takes memory for a part of the response; returns false when there is none. */
  public boolean hasRoomFor(long bytes) {
    return bytes <= SMALL_BYTES || responseMemory.add(bytes);
  }

  /** Returns the memory of a part that the client has read. */
  public void wasRead(long bytes) {
    if (bytes > SMALL_BYTES) {
      responseMemory.remove(bytes);
    }
  }

  /** Responds with 200 and a JSON text. */
  public void succeed(String json) {
    reserve(json.length());
    succeed(JSON, UTF_8.encode(json));
  }

  /** Responds with 200 and a JSON text, or with a problem. */
  public void succeed(CompletableFuture<String> json) {
    var unused = json.thenAccept(this::succeed).exceptionally(this::failed);
  }

  /** Responds with another status and a JSON text. */
  public void respond(int status, String json) {
    respond(status, JSON, UTF_8.encode(json));
  }

  /** Responds with 200. */
  public void succeed(String contentType, ByteBuffer content) {
    respond(HttpStatus.OK_200, contentType, content);
  }

  /** Responds with a problem. */
  public void fail(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    fail(Problem.of(cause == null ? failure : cause));
  }

  /** The same, as the last stage of a future. */
  public @Nullable Void failed(Throwable failure) {
    fail(failure);
    return null;
  }

  /** Sets a header of the response. */
  public Exchange header(String name, String value) {
    response.getHeaders().put(name, value);
    return this;
  }

  /** Responds with a problem. */
  public void fail(Problem problem) {
    problem
        .retry()
        .ifPresent(time -> response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds(time)));
    respond(problem.status(), errors.contentType(), UTF_8.encode(errors.of(problem)));
  }

  /** Rounded up: a retry that comes too early is refused again. */
  private static long seconds(Duration time) {
    return time.plusMillis(999).toSeconds();
  }

  private void respond(int status, String contentType, ByteBuffer content) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.remaining());
    closeIfUnread();
    response.write(true, content, callback);
  }

  /** A client that reads byte by byte would hold the memory for long. */
  private void closeIfUnread() {
    Scheduler.Task limit =
        request
            .getComponents()
            .getScheduler()
            .schedule(
                () -> request.getConnectionMetaData().getConnection().close(),
                READING.toMillis(),
                TimeUnit.MILLISECONDS);
    Request.addCompletionListener(request, failure -> limit.cancel());
  }

  /** Begins a response of several parts, with 200. */
  public Response begin(String contentType) {
    response.setStatus(HttpStatus.OK_200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
    return response;
  }

  /** Ends a response that was begun. */
  public Callback end() {
    return callback;
  }
}
