package dev.vgg16.feature.oip;

import static dev.vgg16.service.errors.ServingException.invalidInput;

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
 * @param timeout from when the request was received
 */
record InferOptions(int topK, Optional<String> explain, Optional<Duration> timeout) {

  private static final String TOP_K = "top_k";
  private static final String EXPLAIN = "explain";
  private static final String TIMEOUT = "timeout";

  private static final long MAX_TIMEOUT_MICROS = Duration.ofDays(1).toNanos() / 1_000;

  /**
   * @throws ServingException {@code INVALID_INPUT}
   */
  static InferOptions of(ModelInferRequest request) {
    Map<String, InferParameter> parameters = request.getParametersMap();
    return new InferOptions(
        (int) whole(parameters, TOP_K, Integer.MAX_VALUE).orElse(0L).longValue(),
        Optional.ofNullable(parameters.get(EXPLAIN)).map(InferOptions::label),
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

  private static String label(InferParameter parameter) {
    if (parameter.getParameterChoiceCase() != ParameterChoiceCase.STRING_PARAM) {
      throw invalidInput(
          "parameters[%s]".formatted(EXPLAIN),
          "is not a text: the label, or empty for the best one");
    }
    return parameter.getStringParam();
  }
}
