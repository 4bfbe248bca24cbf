package dev.vgg16.head.wire;

import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;

/**
 * {@code HeadService.ScoreStream} as the receiver serves it: the generated method, but for requests
 * whose maps stay in gRPC's receive buffers. The bytes are those of a {@link ScoreStreamRequest}.
 */
public final class ScoreStreamMethod {

  public static final MethodDescriptor<ReceivedRequest, ScoreStreamResponse> DESCRIPTOR =
      HeadServiceGrpc.getScoreStreamMethod().toBuilder(
              new RequestMarshaller(HeadServiceGrpc.getScoreStreamMethod().getRequestMarshaller()),
              HeadServiceGrpc.getScoreStreamMethod().getResponseMarshaller())
          .build();

  /** The generated service with this method in it. */
  public static final ServiceDescriptor SERVICE = service();

  private ScoreStreamMethod() {}

  private static ServiceDescriptor service() {
    ServiceDescriptor generated = HeadServiceGrpc.getServiceDescriptor();
    // The schema is what server reflection answers with.
    ServiceDescriptor.Builder service =
        ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(generated.getSchemaDescriptor());
    for (MethodDescriptor<?, ?> method : generated.getMethods()) {
      service.addMethod(method == HeadServiceGrpc.getScoreStreamMethod() ? DESCRIPTOR : method);
    }
    return service.build();
  }
}
