package dev.vgg16.service.outcome;

import dev.vgg16.service.telemetry.SpanFields;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a call comes from.
 *
 * @param method its full name, such as {@code vgg16.v1.FeatureService/Classify}
 * @param peer the client's address, or null if it is unknown
 * @param requestId that the client chose; may be empty
 * @param span of the call; invalid where calls are not traced
 */
public record CallOrigin(
    String method, @Nullable SocketAddress peer, String requestId, SpanContext span) {

  private static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  private static final int MAX_LENGTH = 128;

  /** That of a call, on the thread that begins it, where its span is the current one. */
  static CallOrigin of(ServerCall<?, ?> call, Metadata headers) {
    return new CallOrigin(
        call.getMethodDescriptor().getFullMethodName(),
        call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
        requestId(headers),
        Span.current().getSpanContext());
  }

  /** What a call's headers tell. The method may be one that does not exist. */
  static CallOrigin of(String method, Metadata headers) {
    return new CallOrigin(
        UntrustedText.method(method, MAX_LENGTH),
        null,
        requestId(headers),
        SpanContext.getInvalid());
  }

  private static String requestId(Metadata headers) {
    return UntrustedText.printable(headers.get(REQUEST_ID), MAX_LENGTH);
  }

  /** The client's address, for people. */
  String peerText() {
    return peer == null ? "an unknown peer" : peer.toString();
  }

  /** Adds the fields that are known. */
  void addTo(LogFields fields) {
    fields.add("rpc.method", method);
    if (peer instanceof InetSocketAddress address) {
      fields.add("client.address", hostOf(address));
      fields.add("client.port", address.getPort());
    }
    fields.add("vgg16.request_id", requestId);
    SpanFields.of(span).forEach(field -> fields.add(field.key, String.valueOf(field.value)));
  }

  private static String hostOf(InetSocketAddress address) {
    return address.getAddress() == null
        ? address.getHostString()
        : address.getAddress().getHostAddress();
  }
}
