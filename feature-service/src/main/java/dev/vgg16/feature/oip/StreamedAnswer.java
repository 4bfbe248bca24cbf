package dev.vgg16.feature.oip;

import dev.vgg16.oip.InferParameter;
import dev.vgg16.oip.ModelInferResponse;
import dev.vgg16.oip.ModelStreamInferResponse;
import dev.vgg16.service.grpc.ItemStream;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.service.outcome.InferItems;
import io.grpc.Status;

/**
 * Answers one request of a stream. As Triton's, an error is a text; its code is a parameter.
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
    com.google.rpc.Status status = Statuses.toProto(cause);
    String code = Status.fromCodeValue(status.getCode()).getCode().name();
    InferParameter asText = InferParameter.newBuilder().setStringParam(code).build();
    out.send(
        ModelStreamInferResponse.newBuilder()
            // An empty one would be a success.
            .setErrorMessage(status.getMessage().isEmpty() ? code : status.getMessage())
            .setInferResponse(
                ModelInferResponse.newBuilder()
                    .setId(id)
                    .putParameters(InferItems.STATUS_CODE, asText))
            .build());
  }
}
