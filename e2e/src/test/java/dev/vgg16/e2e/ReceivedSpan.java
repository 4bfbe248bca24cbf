package dev.vgg16.e2e;

import com.google.common.io.BaseEncoding;
import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;

/**
 * A span, and the service that sent it.
 *
 * @param service by its resource's {@code service.name}
 */
record ReceivedSpan(String service, Span span) {

  String name() {
    return span.getName();
  }

  String trace() {
    return hex(span.getTraceId());
  }

  String id() {
    return hex(span.getSpanId());
  }

  /** Empty for a root. */
  String parent() {
    return hex(span.getParentSpanId());
  }

  long start() {
    return span.getStartTimeUnixNano();
  }

  long end() {
    return span.getEndTimeUnixNano();
  }

  /** The ids of the spans that it has links to. */
  List<String> links() {
    return span.getLinksList().stream().map(link -> hex(link.getSpanId())).toList();
  }

  /** A default value if there is none. */
  AnyValue attribute(String key) {
    return span.getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals(key))
        .map(attribute -> attribute.getValue())
        .findFirst()
        .orElse(AnyValue.getDefaultInstance());
  }

  private static String hex(ByteString bytes) {
    return BaseEncoding.base16().lowerCase().encode(bytes.toByteArray());
  }
}
