package dev.vgg16.service.outcome;

import com.google.protobuf.Message;
import dev.vgg16.oip.InferParameter;
import dev.vgg16.oip.ModelStreamInferResponse;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.Arrays;
import java.util.Optional;

/** The responses of ModelStreamInfer, which have an error's text, and its code as a parameter. */
public final class InferItems implements StreamItems {

  /** The parameter with the name of a gRPC code. */
  public static final String STATUS_CODE = "status_code";

  @Override
  public boolean answersAnItem(Message answer) {
    return true;
  }

  @Override
  public Optional<com.google.rpc.Status> error(Message answer) {
    ModelStreamInferResponse response = (ModelStreamInferResponse) answer;
    return response.getErrorMessage().isEmpty()
        ? Optional.empty()
        : Optional.of(
            com.google.rpc.Status.newBuilder()
                .setCode(code(response).value())
                .setMessage(response.getErrorMessage())
                .build());
  }

  private static Code code(ModelStreamInferResponse response) {
    String name =
        response
            .getInferResponse()
            .getParametersOrDefault(STATUS_CODE, InferParameter.getDefaultInstance())
            .getStringParam();
    return Arrays.stream(Status.Code.values())
        .filter(code -> code.name().equals(name))
        .findFirst()
        .orElse(Code.UNKNOWN);
  }

  @Override
  public String id(Message answer) {
    return ((ModelStreamInferResponse) answer).getInferResponse().getId();
  }
}
