package dev.vgg16.feature.http;

import com.google.gson.JsonObject;

/** How a response tells a problem. */
public enum ErrorFormat {
  /** RFC 9457. */
  PROBLEM_DETAILS("application/problem+json") {
    @Override
    String of(Problem problem) {
      return problem.toJson().toString();
    }
  },
  /** The Open Inference Protocol: an object with {@code error}, one line. */
  INFERENCE_ERROR(Exchange.JSON) {
    @Override
    String of(Problem problem) {
      JsonObject json = new JsonObject();
      json.addProperty("error", problem.detail());
      return json.toString();
    }
  };

  private final String contentType;

  ErrorFormat(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  /** The body of the response. */
  abstract String of(Problem problem);
}
