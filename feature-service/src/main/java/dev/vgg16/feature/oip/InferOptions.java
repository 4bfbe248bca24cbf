package dev.vgg16.feature.oip;

import static dev.vgg16.service.errors.ServingException.invalidInput;

import com.google.common.base.Utf8;
import dev.vgg16.oip.InferParameter;
import dev.vgg16.oip.InferParameter.ParameterChoiceCase;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a request that mean something here. Others are ignored, since clients send some
 * of their own.
 *
 * @param topK how many classes; 0: all
 * @param explain the label to explain, which is empty for the best one; absent: none is
 * @param routingKey decides between the versions of a head; empty: the first image does
 * @param timeout from when the request was received
 */
record InferOptions(
    int topK, Optional<String> explain, String routingKey, Optional<Duration> timeout) {

  private static final String TOP_K = "top_k";
  private static final String EXPLAIN = "explain";
  private static final String ROUTING_KEY = "routing_key";
  private static final String TIMEOUT = "timeout";

  /** As in vgg16.v1. */
  private static final int MAX_ROUTING_KEY_BYTES = 256;

  private static final long MAX_TIMEOUT_MICROS = Duration.ofDays(1).toNanos() / 1_000;

  /**
   * @throws ServingException {@code INVALID_INPUT}
   */
  static InferOptions of(ModelInferRequest request) {
    Map<String, InferParameter> parameters = request.getParametersMap();
    return new InferOptions(
        (int) whole(parameters, TOP_K, Integer.MAX_VALUE).orElse(0L).longValue(),
        Optional.ofNullable(parameters.get(EXPLAIN))
            .map(label -> text(EXPLAIN, label, "the label, or empty for the best one")),
        Optional.ofNullable(parameters.get(ROUTING_KEY)).map(InferOptions::routingKey).orElse(""),
        whole(parameters, TIMEOUT, MAX_TIMEOUT_MICROS)
            .filter(micros -> micros > 0)
            .map(micros -> Duration.of(micros, ChronoUnit.MICROS)));
  }

  /** Parameters are maps, in which a value has the type that its client gave it. */
  static Optional<Long> whole(Map<String, InferParameter> parameters, String name, long most) {
    InferParameter parameter = parameters.get(name);
    if (parameter == null) {
      return Optional.empty();
    }
    long value =
        switch (parameter.getParameterChoiceCase()) {
          case INT64_PARAM -> parameter.getInt64Param();
          case UINT64_PARAM -> parameter.getUint64Param();
          default -> -1;
        };
    if (value < 0 || value > most) {
      throw invalidInput(
          "parameters[%s]".formatted(name), "is not a whole number from 0 to %d".formatted(most));
    }
    return Optional.of(value);
  }

  private static String routingKey(InferParameter parameter) {
    String key = text(ROUTING_KEY, parameter, "such as the id of a user");
    if (Utf8.encodedLength(key) > MAX_ROUTING_KEY_BYTES) {
      throw invalidInput(
          "parameters[%s]".formatted(ROUTING_KEY),
          "has more than %d bytes".formatted(MAX_ROUTING_KEY_BYTES));
    }
    return key;
  }

  /**
   * @param what the text is
   */
  private static String text(String name, InferParameter parameter, String what) {
    if (parameter.getParameterChoiceCase() != ParameterChoiceCase.STRING_PARAM) {
      throw invalidInput("parameters[%s]".formatted(name), "is not a text: " + what);
    }
    return parameter.getStringParam();
  }
}
