package dev.vgg16.feature.http.oip;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.vgg16.feature.http.ErrorFormat;
import dev.vgg16.feature.http.Exchange;
import dev.vgg16.feature.http.GrpcCalls;
import dev.vgg16.feature.http.Problem;
import dev.vgg16.feature.http.Route;
import dev.vgg16.oip.GRPCInferenceServiceGrpc;
import dev.vgg16.oip.ModelInferRequest.InferRequestedOutputTensor;
import dev.vgg16.oip.ModelInferResponse;
import dev.vgg16.oip.ModelMetadataRequest;
import dev.vgg16.oip.ModelReadyRequest;
import dev.vgg16.oip.ModelReadyResponse;
import dev.vgg16.oip.ModelStatisticsRequest;
import dev.vgg16.oip.RepositoryIndexRequest;
import dev.vgg16.oip.ServerMetadataRequest;
import dev.vgg16.service.errors.ServingException;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The paths of the protocol, below {@code /v2}.
 *
 * @param ready whether the server is SERVING
 */
public record InferenceRoutes(GrpcCalls calls, BooleanSupplier ready) {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration INFERENCE_TIMEOUT = Duration.ofMinutes(1);

  private static final String MODEL = "/v2/models/{model}";
  private static final String VERSION = MODEL + "/versions/{version}";

  /** All of them. Health needs no token. */
  public List<Route> all() {
    return List.of(
            Route.get("/v2/health/live", exchange -> exchange.succeed("{\"live\":true}"))
                .withoutToken(),
            Route.get("/v2/health/ready", this::serverReady).withoutToken(),
            Route.get("/v2", this::serverMetadata),
            Route.get(MODEL, this::modelMetadata),
            Route.get(VERSION, this::modelMetadata),
            Route.get(MODEL + "/ready", this::modelReady),
            Route.get(VERSION + "/ready", this::modelReady),
            Route.post(MODEL + "/infer", this::infer),
            Route.post(VERSION + "/infer", this::infer),
            Route.get(MODEL + "/stats", this::statistics),
            Route.get(VERSION + "/stats", this::statistics),
            Route.get("/v2/models/stats", this::statistics),
            Route.post("/v2/repository/index", this::index),
            new Route(
                "/v2/*",
                Set.of("GET", "HEAD", "POST"),
                true,
                ErrorFormat.INFERENCE_ERROR,
                InferenceRoutes::nothing))
        .stream()
        .map(route -> route.with(ErrorFormat.INFERENCE_ERROR))
        .toList();
  }

  /** Such as loading of models: heads follow their folder. */
  private static void nothing(Exchange exchange) {
    exchange.fail(
        Problem.of(
            HttpStatus.NOT_FOUND_404,
            "nothing is served at %s: /openapi.json lists what is"
                .formatted(exchange.request().getHttpURI().getPath())));
  }

  private void serverReady(Exchange exchange) {
    boolean is = ready.getAsBoolean();
    exchange.respond(
        is ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503,
        "{\"ready\":%s}".formatted(is));
  }

  private void serverMetadata(Exchange exchange) {
    respond(
        exchange,
        GRPCInferenceServiceGrpc.getServerMetadataMethod(),
        ServerMetadataRequest.getDefaultInstance(),
        ModelJson::of);
  }

  private void modelMetadata(Exchange exchange) {
    ModelName model = ModelName.of(exchange);
    respond(
        exchange,
        GRPCInferenceServiceGrpc.getModelMetadataMethod(),
        ModelMetadataRequest.newBuilder().setName(model.name()).setVersion(model.version()).build(),
        ModelJson::of);
  }

  private void statistics(Exchange exchange) {
    ModelName model = ModelName.of(exchange);
    respond(
        exchange,
        GRPCInferenceServiceGrpc.getModelStatisticsMethod(),
        ModelStatisticsRequest.newBuilder()
            .setName(model.name())
            .setVersion(model.version())
            .build(),
        ModelJson::of);
  }

  private void index(Exchange exchange) {
    respond(
        exchange,
        GRPCInferenceServiceGrpc.getRepositoryIndexMethod(),
        RepositoryIndexRequest.getDefaultInstance(),
        ModelJson::of);
  }

  private <Q, R> void respond(
      Exchange exchange,
      MethodDescriptor<Q, R> method,
      Q request,
      Function<R, JsonElement> toJson) {
    exchange.succeed(
        calls
            .call(method, request, exchange.request(), TIMEOUT)
            .thenApply(response -> toJson.apply(response).toString()));
  }

  private void modelReady(Exchange exchange) {
    ModelName model = ModelName.of(exchange);
    ModelReadyRequest request =
        ModelReadyRequest.newBuilder().setName(model.name()).setVersion(model.version()).build();
    var unused =
        calls
            .call(
                GRPCInferenceServiceGrpc.getModelReadyMethod(),
                request,
                exchange.request(),
                TIMEOUT)
            .thenAccept(response -> ready(exchange, model, response))
            .exceptionally(exchange::failed);
  }

  /** The protocol has a status of 4xx for a model that is not ready. */
  private static void ready(Exchange exchange, ModelName model, ModelReadyResponse response) {
    JsonObject json = new JsonObject();
    json.addProperty("name", model.name());
    json.addProperty("ready", response.getReady());
    exchange.respond(
        response.getReady() ? HttpStatus.OK_200 : HttpStatus.NOT_FOUND_404, json.toString());
  }

  private static Optional<String> headerLength(Exchange exchange) {
    return Optional.ofNullable(
        exchange.request().getHeaders().get(InferRequestReader.HEADER_LENGTH));
  }

  private void infer(Exchange exchange) {
    ModelName model = ModelName.of(exchange);
    var unused =
        exchange
            .body()
            .thenApply(body -> InferRequestReader.read(body.bytes(), headerLength(exchange)))
            .thenCompose(input -> infer(exchange, model, input))
            .exceptionally(exchange::failed);
  }

  /** As in Triton: JSON has no numbers of so few digits. */
  private static void requireBytesOfFloat16(InferInput input) {
    for (InferRequestedOutputTensor output : input.message().getOutputsList()) {
      if (output.getName().endsWith("_fp16") && !input.outputs().isBinary(output.getName())) {
        throw ServingException.invalidInput(
            "outputs", output.getName() + " comes as bytes alone: ask for it with binary_data");
      }
    }
  }

  private CompletableFuture<Void> infer(Exchange exchange, ModelName model, InferInput input) {
    OutputForms outputs = input.outputs();
    requireBytesOfFloat16(input);
    CompletableFuture<ModelInferResponse> answer =
        calls.call(
            GRPCInferenceServiceGrpc.getModelInferMethod(),
            input.message().toBuilder()
                .setModelName(model.name())
                .setModelVersion(model.version())
                .build(),
            exchange.request(),
            INFERENCE_TIMEOUT);
    exchange.releaseBody();
    return answer.thenAccept(response -> InferResponseWriter.write(exchange, outputs, response));
  }
}
