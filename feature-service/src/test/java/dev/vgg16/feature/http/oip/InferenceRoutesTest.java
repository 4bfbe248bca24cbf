package dev.vgg16.feature.http.oip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Bytes;
import com.google.protobuf.ByteString;
import dev.vgg16.feature.http.HttpFixture;
import dev.vgg16.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.oip.ModelInferRequest.InferInputTensor;
import dev.vgg16.oip.ModelInferResponse;
import dev.vgg16.oip.ModelInferResponse.InferOutputTensor;
import dev.vgg16.oip.ModelMetadataRequest;
import dev.vgg16.oip.ModelMetadataResponse;
import dev.vgg16.oip.ModelMetadataResponse.TensorMetadata;
import dev.vgg16.oip.ModelMetadataResponse.TensorParameter;
import dev.vgg16.oip.ModelReadyRequest;
import dev.vgg16.oip.ModelReadyResponse;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import io.grpc.stub.StreamObserver;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferenceRoutesTest {

  private static final String INFER = "/v2/models/pets/versions/2/infer";

  /** 1.5, little-endian. */
  private static final byte[] FLOAT = {0, 0, (byte) 0xc0, 0x3f};

  /** Has the model pets alone, and answers it with a score and a label. */
  private static final class Pets extends GRPCInferenceServiceImplBase {
    volatile ModelInferRequest request = ModelInferRequest.getDefaultInstance();

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> out) {
      out.onNext(
          ModelReadyResponse.newBuilder().setReady(request.getName().equals("pets")).build());
      out.onCompleted();
    }

    @Override
    public void modelMetadata(
        ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
      TensorParameter labels =
          TensorParameter.newBuilder().setStringParam("[\"cat\",\"a \\\"dog\\\"\"]").build();
      out.onNext(
          ModelMetadataResponse.newBuilder()
              .setName("pets")
              .addOutputs(
                  TensorMetadata.newBuilder()
                      .setName("scores")
                      .setDatatype("FP32")
                      .addShape(-1)
                      .addShape(2)
                      .putParameters("labels", labels))
              .build());
      out.onCompleted();
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
      this.request = request;
      if (!request.getModelName().equals("pets")) {
        out.onError(Statuses.toException(ServingException.notFound("there is no such model")));
        return;
      }
      out.onNext(
          ModelInferResponse.newBuilder()
              .setModelName("pets")
              .setModelVersion("2")
              .setId(request.getId())
              .addOutputs(output("scores", "FP32"))
              .addOutputs(output("labels", "BYTES"))
              .addRawOutputContents(ByteString.copyFrom(FLOAT))
              .addRawOutputContents(ByteString.copyFrom("\3\0\0\0cat", UTF_8))
              .build());
      out.onCompleted();
    }

    private static InferOutputTensor output(String name, String type) {
      return InferOutputTensor.newBuilder()
          .setName(name)
          .setDatatype(type)
          .addShape(1)
          .addShape(1)
          .build();
    }
  }

  private final Pets service = new Pets();
  private final AtomicBoolean ready = new AtomicBoolean(true);
  private HttpFixture server;

  @BeforeEach
  void start() throws Exception {
    server = new HttpFixture(service, calls -> new InferenceRoutes(calls, ready::get).all());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpRequest.Builder post(String path, String json) {
    return server.request(path).POST(BodyPublishers.ofString(json));
  }

  @Test
  void readinessIsTheStatus() throws Exception {
    assertThat(server.send(server.request("/v2/health/live")).statusCode()).isEqualTo(200);
    assertThat(server.send(server.request("/v2/health/ready")).body())
        .isEqualTo("{\"ready\":true}");
    ready.set(false);
    assertThat(server.send(server.request("/v2/health/ready")).statusCode()).isEqualTo(503);
    assertThat(server.send(server.request("/v2/models/pets/ready")).statusCode()).isEqualTo(200);
    assertThat(server.send(server.request("/v2/models/cars/ready")).statusCode()).isEqualTo(404);
  }

  @Test
  void metadataHasTheLabelsOfScores() throws Exception {
    assertThat(server.send(server.request("/v2/models/pets")).body())
        .contains(
            "{\"name\":\"scores\",\"datatype\":\"FP32\",\"shape\":[-1,2],"
                + "\"parameters\":{\"labels\":[\"cat\",\"a \\\"dog\\\"\"]}}");
  }

  @Test
  void float16ComesAsBytesAlone() throws Exception {
    String request =
        """
        {"inputs": [{"name": "image", "datatype": "BYTES", "shape": [1], "data": ["Y2F0"]}],
         "outputs": [{"name": "features_fp16", "parameters": {"binary_data": %s}}]}
        """;
    HttpResponse<String> refused = server.send(post(INFER, request.formatted(false)));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .contains("outputs: features_fp16 comes as bytes alone: ask for it with binary_data");
    assertThat(server.send(post(INFER, request.formatted(true))).statusCode()).isEqualTo(200);
  }

  @Test
  void imagesInBase64BecomeRawContents() throws Exception {
    HttpResponse<String> response =
        server.send(
            post(
                INFER,
                """
                {"id": "7", "parameters": {"top_k": 1, "explain": "dog", "sequence": {}},
                 "inputs": [{"data": ["Y2F0"], "name": "image", "shape": [1], "datatype": "BYTES"}],
                 "outputs": [{"name": "scores"}], "more": [1, {}]}
                """));
    assertThat(response.body())
        .isEqualTo(
            "{\"model_name\":\"pets\",\"model_version\":\"2\",\"id\":\"7\",\"outputs\":["
                + "{\"name\":\"scores\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1.5]},"
                + "{\"name\":\"labels\",\"datatype\":\"BYTES\",\"shape\":[1,1],\"data\":[\"cat\"]}]}");
    ModelInferRequest request = service.request;
    assertThat(request.getModelName()).isEqualTo("pets");
    assertThat(request.getModelVersion()).isEqualTo("2");
    assertThat(request.getParametersMap().get("top_k").getInt64Param()).isEqualTo(1);
    assertThat(request.getParametersMap().get("explain").getStringParam()).isEqualTo("dog");
    assertThat(request.getInputs(0))
        .isEqualTo(
            InferInputTensor.newBuilder()
                .setName("image")
                .setDatatype("BYTES")
                .addShape(1)
                .build());
    assertThat(request.getRawInputContents(0)).isEqualTo(ByteString.copyFrom("\3\0\0\0cat", UTF_8));
    assertThat(request.getOutputs(0).getName()).isEqualTo("scores");
  }

  @Test
  void numbersMayBeNested() throws Exception {
    server.send(
        post(
            INFER,
            """
            {"inputs": [{"name": "pixels", "datatype": "FP32", "shape": [1, 2],
                         "data": [[1.5], [[1.5]]]}]}
            """));
    assertThat(service.request.getRawInputContents(0))
        .isEqualTo(ByteString.copyFrom(Bytes.concat(FLOAT, FLOAT)));
  }

  @Test
  void binaryTensorsFollowTheJson() throws Exception {
    byte[] json =
        """
        {"parameters": {"binary_data_output": true},
         "inputs": [{"name": "pixels", "datatype": "FP32", "shape": [1],
                     "parameters": {"binary_data_size": 4}}],
         "outputs": [{"name": "labels", "parameters": {"binary_data": false}}]}
        """
            .getBytes(UTF_8);
    HttpResponse<byte[]> response =
        server.sendForBytes(
            server
                .request(INFER)
                .header("Inference-Header-Content-Length", "" + json.length)
                .POST(BodyPublishers.ofByteArray(Bytes.concat(json, FLOAT))));
    assertThat(service.request.getRawInputContents(0)).isEqualTo(ByteString.copyFrom(FLOAT));
    String header =
        "{\"model_name\":\"pets\",\"model_version\":\"2\",\"outputs\":["
            + "{\"name\":\"scores\",\"datatype\":\"FP32\",\"shape\":[1,1],"
            + "\"parameters\":{\"binary_data_size\":4}},"
            + "{\"name\":\"labels\",\"datatype\":\"BYTES\",\"shape\":[1,1],\"data\":[\"cat\"]}]}";
    assertThat(response.headers().firstValue("Inference-Header-Content-Length"))
        .hasValue("" + header.length());
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    assertThat(response.body()).isEqualTo(Bytes.concat(header.getBytes(UTF_8), FLOAT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|request: is not JSON at line 1 column 2 path $.",
        "{} {}|request: is not JSON",
        "[]|request: has a value of a wrong type at line 1 column 2 path $",
        "{\"inputs\":[{\"data\":[\"*\"]}]}|inputs.data: is not base64",
        "{\"inputs\":[{\"data\":[{}]}]}|request: has a value of a wrong type at line 1",
        "{\"inputs\":[{\"parameters\":{\"binary_data_size\":1}}]}"
            + "|inputs.parameters.binary_data_size: is 1, and 0 bytes are left after the JSON",
        "{\"inputs\":[{\"parameters\":{\"binary_data_size\":-1}}]}"
            + "|inputs.parameters.binary_data_size: is -1, and 0 bytes",
      })
  void whatIsWrongIsSaidAsTheProtocolDoes(String json, String error) throws Exception {
    HttpResponse<String> response = server.send(post(INFER, json));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.body()).startsWith("{\"error\":\"" + error);
  }

  @Test
  void bytesThatNoInputClaimsAreRefused() throws Exception {
    HttpResponse<String> response =
        server.send(
            post(INFER, "{\"inputs\":[]}xx").header("Inference-Header-Content-Length", "13"));
    assertThat(response.body())
        .isEqualTo(
            "{\"error\":\"inputs: have binary_data_size of 0 bytes in all, and there are 2 after"
                + " the JSON\"}");
    assertThat(server.send(post(INFER, "{}").header("Inference-Header-Content-Length", "3")).body())
        .contains("Inference-Header-Content-Length: must be 0 to 2, the body's length");
  }

  @Test
  void whatIsNotThereIsAnErrorOfTheProtocol() throws Exception {
    HttpResponse<String> model = server.send(post("/v2/models/cars/infer", "{}"));
    assertThat(model.statusCode()).isEqualTo(404);
    assertThat(model.body()).isEqualTo("{\"error\":\"there is no such model\"}");
    HttpResponse<String> path = server.send(post("/v2/repository/models/pets/load", "{}"));
    assertThat(path.statusCode()).isEqualTo(404);
    assertThat(path.body()).startsWith("{\"error\":\"nothing is served at /v2/repository/");
  }

  @Test
  void whatTheServerItselfRefusesIsAnErrorOfTheProtocolToo() throws Exception {
    HttpResponse<String> response = server.send(post("/v2/models//infer", "{}"));
    assertThat(response.statusCode()).isBetween(400, 404);
    assertThat(response.body()).startsWith("{\"error\":");
  }

  /** A tree of this would take many times the memory of its text. */
  @Test
  void hostileJsonIsRefused() throws Exception {
    HttpResponse<String> response =
        server.send(post(INFER, "{\"inputs\":[{\"data\":" + "[".repeat(500_000)));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body().length()).isLessThan(1000);
  }
}
