package dev.vgg16.feature.oip;

import static dev.vgg16.service.errors.ServingException.invalidInput;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.base.Utf8;
import dev.vgg16.oip.InferParameter;
import dev.vgg16.oip.InferParameter.ParameterChoiceCase;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of a request that mean something here. Others are ignored, since clients send some
 * of their own.
 *
 * @param topK how many classes; 0: all
 * @param explain the label to explain, which is empty for the best one; absent: none is
 * @param routingKey decides between the versions of a head; empty: the first image does
 * @param timeout from when the request was received
 * @param heads that score the images too, by name or name@version
 */
record InferOptions(
    int topK,
    Optional<String> explain,
    String routingKey,
    Optional<Duration> timeout,
    List<String> heads) {

  private static final String TOP_K = "top_k";
  private static final String EXPLAIN = "explain";
  private static final String ROUTING_KEY = "routing_key";
  private static final String TIMEOUT = "timeout";
  private static final String HEADS = "heads";

  private static final int MAX_HEADS = 32;

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
            .map(micros -> Duration.of(micros, ChronoUnit.MICROS)),
        Optional.ofNullable(parameters.get(HEADS)).map(InferOptions::heads).orElse(List.of()));
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

  private static List<String> heads(InferParameter parameter) {
    String text = text(HEADS, parameter, "names, separated by commas");
    List<String> heads = Splitter.on(',').trimResults().splitToList(text);
    if (heads.size() > MAX_HEADS) {
      throw invalidHeads("has %d names; at most %d are allowed".formatted(heads.size(), MAX_HEADS));
    }
    Set<String> names = new HashSet<>();
    for (String head : heads) {
      if (head.isEmpty() || head.length() > AskedModel.MAX_HEAD_BYTES) {
        throw invalidHeads("has a name of %d characters".formatted(head.length()));
      }
      if (!CharMatcher.ascii().matchesAllOf(head)) {
        throw invalidHeads("has a name that no head can have");
      }
      if (!names.add(head)) {
        throw invalidHeads("has %s a second time".formatted(head));
      }
    }
    return heads;
  }

  private static ServingException invalidHeads(String problem) {
    return invalidInput("parameters[%s]".formatted(HEADS), problem);
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
