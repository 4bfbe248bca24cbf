package dev.vgg16.head.api;

import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.MapScores;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.function.Supplier;

/**
 * The spans of the maps of one request. All last as long as the request, whose heads run over all
 * maps at once.
 */
final class MapSpans {

  static final MapSpans NONE = new MapSpans(List.of());

  private static final AttributeKey<List<String>> HEADS =
      AttributeKey.stringArrayKey("vgg16.heads");
  private static final AttributeKey<Long> BATCH_SIZE = AttributeKey.longKey("vgg16.batch.size");
  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("vgg16.outcome");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  /** A map may have 256. */
  private static final int MAX_HEADS = 16;

  private final List<Span> spans;

  /**
   * @param spans of all maps, in order; invalid ones of maps that are not traced
   */
  MapSpans(List<Span> spans) {
    this.spans = spans;
  }

  /** Scores within the first span, which exemplars of metrics then name. */
  <T> T score(Supplier<T> scoring) {
    for (Span span : spans) {
      if (span.getSpanContext().isSampled()) {
        return Context.root().with(span).wrapSupplier(scoring).get();
      }
    }
    return scoring.get();
  }

  /** The request was answered. */
  void end(ScoreResponse response) {
    for (int map = 0; map < spans.size(); map++) {
      if (spans.get(map).isRecording()) {
        end(spans.get(map), response.getMaps(map));
      }
    }
  }

  private void end(Span span, MapScores scores) {
    if (scores.hasError()) {
      end(span, scores.getError().getCode(), scores.getError().getMessage());
    } else {
      span.setAttribute(HEADS, heads(scores));
      end(span, Status.Code.OK.value(), "");
    }
  }

  private static List<String> heads(MapScores scores) {
    return scores.getScores().getHeadsList().stream().limit(MAX_HEADS).map(MapSpans::id).toList();
  }

  private static String id(HeadScores head) {
    return head.getVersion().isEmpty() ? head.getHead() : head.getHead() + "@" + head.getVersion();
  }

  /** The request failed, and so did each of its maps. */
  void fail(Status status) {
    for (Span span : spans) {
      end(span, status.getCode().value(), String.valueOf(status.getDescription()));
    }
  }

  private void end(Span span, int code, String message) {
    String outcome = Status.fromCodeValue(code).getCode().name();
    span.setAttribute(OUTCOME, outcome).setAttribute(BATCH_SIZE, (long) spans.size());
    if (code != Status.Code.OK.value()) {
      span.setStatus(StatusCode.ERROR, message).setAttribute(ERROR, outcome);
    }
    span.end();
  }
}
