package dev.vgg16.feature.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One request and its response. It gets one response, from any thread. */
public final class Exchange {

  static final String JSON = "application/json";

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final ErrorFormat errors;
  private final long maxBodyBytes;
  private final BodyBudget budget;

  Exchange(
      Request request,
      Response response,
      Callback callback,
      ErrorFormat errors,
      long maxBodyBytes,
      BodyBudget budget) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.errors = errors;
    this.maxBodyBytes = maxBodyBytes;
    this.budget = budget;
  }

  public Request request() {
    return request;
  }

  /** The body, or a {@link ProblemException}. */
  public CompletableFuture<RequestBody> body() {
    return BodyReader.read(request, maxBodyBytes, budget);
  }

  /** Responds with 200 and a JSON text. */
  public void succeed(String json) {
    succeed(JSON, UTF_8.encode(json));
  }

  /** Responds with 200 and a JSON text, or with a problem. */
  public void succeed(CompletableFuture<String> json) {
    var unused =
        json.whenComplete(
            (text, failure) -> {
              if (failure == null) {
                succeed(text);
              } else {
                fail(failure);
              }
            });
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
    response.write(true, content, callback);
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
