package dev.vgg16.feature.oip;

import dev.vgg16.oip.ModelInferResponse;
import dev.vgg16.oip.ModelStreamInferResponse;
import dev.vgg16.service.grpc.ItemStream;
import dev.vgg16.service.grpc.Statuses;

/**
 * Answers one request of a stream. As Triton does, an error has a text and no code.
 *
 * @param id the request's
 */
record StreamedAnswer(String id, ItemStream.Responder<ModelStreamInferResponse> out)
    implements ModelInference.Answer {

  @Override
  public void succeed(ModelInferResponse response) {
    out.send(ModelStreamInferResponse.newBuilder().setInferResponse(response).build());
  }

  @Override
  public void fail(Throwable cause) {
    out.send(
        ModelStreamInferResponse.newBuilder()
            .setErrorMessage(Statuses.toProto(cause).getMessage())
            .setInferResponse(ModelInferResponse.newBuilder().setId(id))
            .build());
  }
}
