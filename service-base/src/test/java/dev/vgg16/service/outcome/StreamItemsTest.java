package dev.vgg16.service.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.vgg16.oip.GRPCInferenceServiceGrpc;
import dev.vgg16.oip.InferParameter;
import dev.vgg16.oip.ModelInferResponse;
import dev.vgg16.oip.ModelStreamInferResponse;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;

class StreamItemsTest {

  private static ModelStreamInferResponse failure(String code) {
    return ModelStreamInferResponse.newBuilder()
        .setErrorMessage("why")
        .setInferResponse(
            ModelInferResponse.newBuilder()
                .setId("7")
                .putParameters(
                    InferItems.STATUS_CODE,
                    InferParameter.newBuilder().setStringParam(code).build()))
        .build();
  }

  @Test
  void thoseOfTheContract() {
    StreamItems items = StreamItems.of(FeatureServiceGrpc.getClassifyStreamMethod()).orElseThrow();
    Message good =
        ClassifyStreamResponse.newBuilder()
            .setId("1")
            .setResponse(ClassifyResponse.getDefaultInstance())
            .build();
    assertThat(items.answersAnItem(good)).isTrue();
    assertThat(items.error(good)).isEmpty();
    assertThat(items.id(good)).isEqualTo("1");
    assertThat(items.answersAnItem(ClassifyStreamResponse.getDefaultInstance())).isFalse();
    assertThat(StreamItems.of(FeatureServiceGrpc.getClassifyMethod())).isEmpty();
  }

  @Test
  void thoseOfTheInferenceProtocol() {
    StreamItems items =
        StreamItems.of(GRPCInferenceServiceGrpc.getModelStreamInferMethod()).orElseThrow();
    assertThat(items.answersAnItem(failure("NOT_FOUND"))).isTrue();
    assertThat(items.id(failure("NOT_FOUND"))).isEqualTo("7");
    assertThat(items.error(failure("NOT_FOUND")).orElseThrow().getCode())
        .isEqualTo(Code.NOT_FOUND.value());
    assertThat(items.error(failure("x")).orElseThrow().getCode()).isEqualTo(Code.UNKNOWN.value());
    assertThat(items.error(failure("x")).orElseThrow().getMessage()).isEqualTo("why");
    assertThat(items.error(ModelStreamInferResponse.getDefaultInstance())).isEmpty();
  }
}
