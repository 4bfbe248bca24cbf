package dev.vgg16.service.contract;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.ServerCalls.BidiStreamingMethod;
import io.grpc.stub.ServerCalls.UnaryMethod;
import java.util.ArrayList;
import java.util.List;

/** Builds a service whose methods only get requests within the contract's limits. */
public final class LimitedService {

  private final ServiceDescriptor generated;
  private final List<Binding<?, ?>> bindings = new ArrayList<>();

  private record Binding<Q, R>(MethodDescriptor<Q, R> method, ServerCallHandler<Q, R> handler) {
    void addTo(ServerServiceDefinition.Builder service) {
      service.addMethod(method, handler);
    }
  }

  private LimitedService(ServiceDescriptor generated) {
    this.generated = generated;
  }

  /** A builder without methods. */
  public static LimitedService of(ServiceDescriptor generated) {
    return new LimitedService(generated);
  }

  /** Adds a unary method that is called for requests within the limits; others are refused. */
  public <Q extends Message, R> LimitedService unary(
      MethodDescriptor<Q, R> method, UnaryMethod<Q, R> handler) {
    return add(limited(method), ServerCalls.asyncUnaryCall(DecodedRequest.unary(handler)));
  }

  /** Adds a streaming method, which responds to refused items itself. */
  public <Q extends Message, R> LimitedService stream(
      MethodDescriptor<Q, R> method, BidiStreamingMethod<DecodedRequest<Q>, R> handler) {
    return add(limited(method), ServerCalls.asyncBidiStreamingCall(handler));
  }

  /** Adds a method with its own marshaller. */
  public <Q, R> LimitedService add(MethodDescriptor<Q, R> method, ServerCallHandler<Q, R> handler) {
    bindings.add(new Binding<>(method, handler));
    return this;
  }

  /**
   * Builds the service.
   *
   * @throws IllegalStateException when a generated method is missing
   */
  public ServerServiceDefinition build() {
    if (bindings.size() != generated.getMethods().size()) {
      throw new IllegalStateException(generated.getName() + " has methods that are not bound");
    }
    // Server reflection needs the schema.
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(generated.getSchemaDescriptor());
    bindings.forEach(binding -> descriptor.addMethod(binding.method()));
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(descriptor.build());
    bindings.forEach(binding -> binding.addTo(service));
    return service.build();
  }

  private static <Q extends Message, R> MethodDescriptor<DecodedRequest<Q>, R> limited(
      MethodDescriptor<Q, R> method) {
    // True of every generated method.
    PrototypeMarshaller<Q> generated = (PrototypeMarshaller<Q>) method.getRequestMarshaller();
    LimitedReader<Q> reader = LimitedReader.of(generated.getMessagePrototype());
    return method.toBuilder(new LimitedMarshaller<>(reader), method.getResponseMarshaller())
        .build();
  }
}
