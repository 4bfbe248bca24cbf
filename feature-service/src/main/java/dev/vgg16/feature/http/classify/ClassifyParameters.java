package dev.vgg16.feature.http.classify;

import com.google.common.primitives.UnsignedInts;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.Explain;
import java.time.Duration;
import java.util.List;

/** The parameters of a request, as its query or its form has them. */
final class ClassifyParameters {

  private static final int MAX_HEADS = 256;
  private static final int MAX_HEAD_LENGTH = 256;
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);

  private final ClassifyRequest.Builder options = ClassifyRequest.newBuilder();
  private Duration timeout = TIMEOUT;

  /**
   * Sets a parameter.
   *
   * @throws ServingException when there is no such parameter, or the value can't be one
   */
  void set(String name, String value) {
    switch (name) {
      case "head" -> addHead(value);
      case "top_k" -> options.setTopK(number(name, value));
      case "explain" -> options.setExplain(Explain.newBuilder().setLabel(value));
      case "novelty" -> options.setNovelty(flag(name, value));
      case "routing_key" -> options.setRoutingKey(value);
      case "timeout_ms" -> timeout = timeout(name, number(name, value));
      default ->
          throw ServingException.invalidInput(
              "request",
              "has no parameter '%s': there are head, top_k, explain, novelty, routing_key and timeout_ms"
                  .formatted(name));
    }
  }

  /** Refused here, since a body has room for millions. The limits are those of the contract. */
  private void addHead(String head) {
    if (options.getHeadsCount() == MAX_HEADS) {
      throw ServingException.invalidInput("heads", "has more than %d entries".formatted(MAX_HEADS));
    }
    if (head.length() > MAX_HEAD_LENGTH) {
      throw ServingException.invalidInput(
          "heads", "has a name of more than %d characters".formatted(MAX_HEAD_LENGTH));
    }
    options.addHeads(head);
  }

  /** The options that are set. */
  ClassifyRequest.Builder options() {
    return options;
  }

  ClassifyInput input(List<ClassifyInput.NamedImage> images, boolean list) {
    return new ClassifyInput(options.build(), images, list, timeout);
  }

  private static int number(String name, String value) {
    try {
      return UnsignedInts.parseUnsignedInt(value);
    } catch (NumberFormatException e) {
      throw ServingException.invalidInput(
          name, "must be a whole number, not '%s'".formatted(value));
    }
  }

  private static boolean flag(String name, String value) {
    return switch (value) {
      case "true", "1", "" -> true;
      case "false", "0" -> false;
      default ->
          throw ServingException.invalidInput(
              name, "must be true or false, not '%s'".formatted(value));
    };
  }

  private static Duration timeout(String name, int millis) {
    Duration timeout = Duration.ofMillis(Integer.toUnsignedLong(millis));
    if (timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw ServingException.invalidInput(
          name, "must be 1 to %d, not %d".formatted(MAX_TIMEOUT.toMillis(), timeout.toMillis()));
    }
    return timeout;
  }
}
