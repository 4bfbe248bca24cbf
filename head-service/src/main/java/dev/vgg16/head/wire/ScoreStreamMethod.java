package dev.vgg16.head.wire;

import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.ScoreStreamRequest;
import dev.vgg16.v1.ScoreStreamResponse;
import io.grpc.MethodDescriptor;

/**
 * {@code HeadService.ScoreStream} on the server: the generated method, except that the maps of
 * requests stay in gRPC's receive buffers. On the wire it is a {@link ScoreStreamRequest}.
 */
public final class ScoreStreamMethod {

  public static final MethodDescriptor<ReceivedRequest, ScoreStreamResponse> DESCRIPTOR =
      HeadServiceGrpc.getScoreStreamMethod().toBuilder(
              new RequestMarshaller(),
              HeadServiceGrpc.getScoreStreamMethod().getResponseMarshaller())
          .build();

  private ScoreStreamMethod() {}
}
