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

/** A service whose methods get requests that are within the contract's limits. */
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

  /** Begins a service without methods. */
  public static LimitedService of(ServiceDescriptor generated) {
    return new LimitedService(generated);
  }

  /** A method that is called for requests within the limits; the others are refused here. */
  public <Q extends Message, R> LimitedService unary(
      MethodDescriptor<Q, R> method, UnaryMethod<Q, R> handler) {
    return add(limited(method), ServerCalls.asyncUnaryCall(DecodedRequest.unary(handler)));
  }

  /** A stream whose items answer for themselves, also those that are refused. */
  public <Q extends Message, R> LimitedService stream(
      MethodDescriptor<Q, R> method, BidiStreamingMethod<DecodedRequest<Q>, R> handler) {
    return add(limited(method), ServerCalls.asyncBidiStreamingCall(handler));
  }

  /** A method that reads its requests itself. */
  public <Q, R> LimitedService add(MethodDescriptor<Q, R> method, ServerCallHandler<Q, R> handler) {
    bindings.add(new Binding<>(method, handler));
    return this;
  }

  /**
   * The service, with a method for each that was generated.
   *
   * @throws IllegalStateException when one is missing
   */
  public ServerServiceDefinition build() {
    if (bindings.size() != generated.getMethods().size()) {
      throw new IllegalStateException(generated.getName() + " has methods that are not bound");
    }
    // The schema is what server reflection answers with.
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
    // As every generated method's is.
    PrototypeMarshaller<Q> generated = (PrototypeMarshaller<Q>) method.getRequestMarshaller();
    LimitedReader<Q> reader = LimitedReader.of(generated.getMessagePrototype());
    return method.toBuilder(new LimitedMarshaller<>(reader), method.getResponseMarshaller())
        .build();
  }
}
