package dev.vgg16.cli.extract;

import com.google.protobuf.ByteString;
import com.google.rpc.Status;
import dev.vgg16.cli.connection.Connection;
import dev.vgg16.cli.exchange.StreamMethod;
import dev.vgg16.v1.ExtractRequest;
import dev.vgg16.v1.ExtractStreamRequest;
import dev.vgg16.v1.ExtractStreamResponse;
import dev.vgg16.v1.Image;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;

/** ExtractStream; a result is the bytes of one map. */
record ExtractCall(Connection connection)
    implements StreamMethod<ExtractStreamRequest, ExtractStreamResponse, ByteString> {

  @Override
  public void open(ClientResponseObserver<ExtractStreamRequest, ExtractStreamResponse> answers) {
    StreamObserver<ExtractStreamRequest> unused = connection.features().extractStream(answers);
  }

  @Override
  public ExtractStreamRequest request(String id, ByteString file) {
    return ExtractStreamRequest.newBuilder()
        .setId(id)
        .setRequest(ExtractRequest.newBuilder().setImage(Image.newBuilder().setEncoded(file)))
        .build();
  }

  @Override
  public String id(ExtractStreamResponse answer) {
    return answer.getId();
  }

  @Override
  public Status error(ExtractStreamResponse answer) {
    return answer.hasError() ? answer.getError() : null;
  }

  @Override
  public ByteString result(ExtractStreamResponse answer) {
    return answer.getResponse().getMaps().getData();
  }
}
