package dev.vgg16.service.outcome;

import com.google.common.base.Strings;
import dev.vgg16.service.errors.OneLine;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;

/**
 * A call that has ended.
 *
 * @param userAgent the client's program, as it says itself; may be empty
 * @param duration from the call's headers to the end of its response
 * @param items of a stream
 */
record EndedCall(
    CallOrigin origin,
    CallerIdentity caller,
    String userAgent,
    Status status,
    Duration duration,
    Optional<ItemCounts.Snapshot> items) {

  private static final int MAX_MESSAGE = 300;

  /** Logs the call as text, and as fields. */
  void log(LogFields fields) {
    origin.addTo(fields);
    caller.addTo(fields);
    fields.add("rpc.response.status_code", status.getCode().name());
    fields.add("vgg16.duration_ms", millis());
    items.ifPresent(
        counts -> {
          fields.add("vgg16.items.ok", counts.ok());
          fields.add("vgg16.items.failed", counts.failed());
        });
    fields.add("user_agent.original", userAgent);
    fields.add("error.message", message());
    fields.log(text());
  }

  /** What others chose is quoted; the message, which may quote it too, comes last. */
  private String text() {
    StringBuilder text = new StringBuilder();
    text.append(origin.method()).append(" of ").append(origin.peerText());
    text.append(": ").append(status.getCode()).append(", ").append(millis()).append(" ms");
    items.ifPresent(
        counts -> text.append(", %d items ok, %d failed".formatted(counts.ok(), counts.failed())));
    quote(text, "request", origin.requestId());
    quote(text, "certificate", caller.certificate());
    quote(text, "token", caller.token());
    quote(text, "agent", userAgent);
    if (origin.span().isValid()) {
      text.append(", trace ").append(origin.span().getTraceId());
    }
    return message().isEmpty() ? text.toString() : text.append("; ").append(message()).toString();
  }

  private static void quote(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      text.append(", ").append(name).append(" '").append(value).append('\'');
    }
  }

  private String message() {
    return status.isOk()
        ? ""
        : OneLine.of(OneLine.truncated(Strings.nullToEmpty(status.getDescription()), MAX_MESSAGE));
  }

  private double millis() {
    long micros = duration.toNanos() / 1_000;
    return micros / 1_000.0;
  }
}
