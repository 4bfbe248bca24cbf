package dev.vgg16.client;

import com.google.protobuf.ByteString;
import com.google.rpc.Status;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** ClassifyStream with the same heads and options for every image. */
record ClassifyStreamMethod(ServiceConnection connection, ClassifyRequest template)
    implements StreamMethod<ClassifyStreamRequest, ClassifyStreamResponse, ClassifyResponse> {

  @Override
  public void open(
      ClientResponseObserver<ClassifyStreamRequest, ClassifyStreamResponse> responses) {
    StreamObserver<ClassifyStreamRequest> unused =
        FeatureStreams.stub(connection).classifyStream(responses);
  }

  @Override
  public ClassifyStreamRequest request(String id, ByteString image) {
    return ClassifyStreamRequest.newBuilder()
        .setId(id)
        .setRequest(template.toBuilder().setImage(FeatureServiceClient.encoded(image)))
        .build();
  }

  @Override
  public String id(ClassifyStreamResponse response) {
    return response.getId();
  }

  @Override
  public Optional<Status> error(ClassifyStreamResponse response) {
    return response.hasError() ? Optional.of(response.getError()) : Optional.empty();
  }

  @Override
  public ClassifyResponse result(ClassifyStreamResponse response) {
    return response.getResponse();
  }
}
