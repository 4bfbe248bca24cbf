package dev.vgg16.feature.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** One request and its response. It gets one response, from any thread. */
public final class Exchange {

  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final long maxBodyBytes;
  private final BodyBudget budget;

  Exchange(
      Request request, Response response, Callback callback, long maxBodyBytes, BodyBudget budget) {
    this.request = request;
    this.response = response;
    this.callback = callback;
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

  /** Responds with 200. */
  public void succeed(String contentType, ByteBuffer content) {
    respond(HttpStatus.OK_200, contentType, content);
  }

  /** Responds with a problem. */
  public void fail(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    fail(Problem.of(cause == null ? failure : cause));
  }

  /** Responds with a problem. */
  public void fail(Problem problem) {
    problem
        .retry()
        .ifPresent(
            time ->
                response.getHeaders().put(HttpHeader.RETRY_AFTER, Math.max(1, time.toSeconds())));
    respond(problem.status(), PROBLEM, UTF_8.encode(problem.toJson().toString()));
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
