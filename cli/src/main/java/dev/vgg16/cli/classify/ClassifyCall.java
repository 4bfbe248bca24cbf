package dev.vgg16.cli.classify;

import com.google.protobuf.ByteString;
import com.google.rpc.Status;
import dev.vgg16.cli.connection.Connection;
import dev.vgg16.cli.exchange.StreamMethod;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.Image;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;

/** ClassifyStream with the same heads for every image. */
record ClassifyCall(
    Connection connection, List<String> heads, int topK, boolean novelty, Optional<Explain> explain)
    implements StreamMethod<ClassifyStreamRequest, ClassifyStreamResponse, ClassifyResponse> {

  @Override
  public void open(ClientResponseObserver<ClassifyStreamRequest, ClassifyStreamResponse> answers) {
    StreamObserver<ClassifyStreamRequest> unused = connection.features().classifyStream(answers);
  }

  @Override
  public ClassifyStreamRequest request(String id, ByteString file) {
    ClassifyRequest.Builder request =
        ClassifyRequest.newBuilder()
            .setImage(Image.newBuilder().setEncoded(file))
            .addAllHeads(heads)
            .setTopK(topK)
            .setNovelty(novelty);
    explain.ifPresent(request::setExplain);
    return ClassifyStreamRequest.newBuilder().setId(id).setRequest(request).build();
  }

  @Override
  public String id(ClassifyStreamResponse answer) {
    return answer.getId();
  }

  @Override
  public Status error(ClassifyStreamResponse answer) {
    return answer.hasError() ? answer.getError() : null;
  }

  @Override
  public ClassifyResponse result(ClassifyStreamResponse answer) {
    return answer.getResponse();
  }
}
