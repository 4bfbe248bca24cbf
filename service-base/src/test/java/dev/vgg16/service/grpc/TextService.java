package dev.vgg16.service.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.io.ByteStreams;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A service whose messages are text, so that it needs no generated code. */
final class TextService {

  static final String NAME = "test.Text";
  static final MethodDescriptor<String, String> UNARY = method("Unary", MethodType.UNARY);
  static final MethodDescriptor<String, String> STREAM =
      method("Stream", MethodType.BIDI_STREAMING);

  private TextService() {}

  static BindableService unary(ServerCalls.UnaryMethod<String, String> method) {
    return () ->
        ServerServiceDefinition.builder(NAME)
            .addMethod(UNARY, ServerCalls.asyncUnaryCall(method))
            .build();
  }

  static BindableService stream(ServerCalls.BidiStreamingMethod<String, String> method) {
    return () ->
        ServerServiceDefinition.builder(NAME)
            .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(method))
            .build();
  }

  private static MethodDescriptor<String, String> method(String name, MethodType type) {
    return MethodDescriptor.<String, String>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, name))
        .setRequestMarshaller(new Text())
        .setResponseMarshaller(new Text())
        .build();
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(ByteStreams.toByteArray(stream), UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
