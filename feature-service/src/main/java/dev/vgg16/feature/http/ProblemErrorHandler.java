package dev.vgg16.feature.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Tells what fails before or outside a route as a problem. */
final class ProblemErrorHandler extends ErrorHandler {

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    ErrorFormat format = format(request);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, format.contentType());
    Problem problem = Problem.of(code, detail(request, code, message));
    response.write(true, UTF_8.encode(format.of(problem)), callback);
  }

  private static ErrorFormat format(Request request) {
    String path = String.valueOf(request.getHttpURI().getPath());
    return path.startsWith("/v2/") ? ErrorFormat.INFERENCE_ERROR : ErrorFormat.PROBLEM_DETAILS;
  }

  private static String detail(Request request, int code, @Nullable String message) {
    if (code == HttpStatus.NOT_FOUND_404) {
      return "nothing is served at %s: /openapi.json lists what is"
          .formatted(request.getHttpURI().getPath());
    }
    if (code == HttpStatus.SERVICE_UNAVAILABLE_503) {
      // Of the handler that drains.
      return "the service is stopping: try another replica";
    }
    return message == null ? HttpStatus.getMessage(code) : message;
  }
}
