package dev.vgg16.client;

import com.google.protobuf.ByteString;
import com.google.rpc.Status;
import dev.vgg16.v1.ExtractRequest;
import dev.vgg16.v1.ExtractResponse;
import dev.vgg16.v1.ExtractStreamRequest;
import dev.vgg16.v1.ExtractStreamResponse;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** ExtractStream. */
record ExtractStreamMethod(ServiceConnection connection)
    implements StreamMethod<ExtractStreamRequest, ExtractStreamResponse, ExtractResponse> {

  @Override
  public void open(ClientResponseObserver<ExtractStreamRequest, ExtractStreamResponse> responses) {
    StreamObserver<ExtractStreamRequest> unused =
        FeatureStreams.stub(connection).extractStream(responses);
  }

  @Override
  public ExtractStreamRequest request(String id, ByteString image) {
    return ExtractStreamRequest.newBuilder()
        .setId(id)
        .setRequest(ExtractRequest.newBuilder().setImage(FeatureServiceClient.encoded(image)))
        .build();
  }

  @Override
  public String id(ExtractStreamResponse response) {
    return response.getId();
  }

  @Override
  public Optional<Status> error(ExtractStreamResponse response) {
    return response.hasError() ? Optional.of(response.getError()) : Optional.empty();
  }

  @Override
  public ExtractResponse result(ExtractStreamResponse response) {
    return response.getResponse();
  }
}
