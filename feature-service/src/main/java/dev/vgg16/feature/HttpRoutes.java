package dev.vgg16.feature;

import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.feature.http.Exchange;
import dev.vgg16.feature.http.GrpcCalls;
import dev.vgg16.feature.http.Json;
import dev.vgg16.feature.http.Route;
import dev.vgg16.feature.http.classify.ClassifyEndpoint;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.GetBackboneRequest;
import dev.vgg16.v1.ListHeadsResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What the HTTP port serves.
 *
 * @param calls of this process's gRPC services
 * @param heads asks for the heads that are loaded
 */
record HttpRoutes(GrpcCalls calls, Supplier<ListenableFuture<ListHeadsResponse>> heads) {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  List<Route> all() {
    return List.of(
        Route.post("/v1/classify", new ClassifyEndpoint(calls)),
        Route.get("/v1/heads", this::listHeads),
        Route.get("/v1/backbone", this::getBackbone));
  }

  private void listHeads(Exchange exchange) {
    respond(exchange, GrpcCalls.completable(heads.get()).thenApply(Json::of));
  }

  private void getBackbone(Exchange exchange) {
    respond(
        exchange,
        calls
            .call(
                FeatureServiceGrpc.getGetBackboneMethod(),
                GetBackboneRequest.getDefaultInstance(),
                exchange.request(),
                TIMEOUT)
            .thenApply(Json::of));
  }

  private static void respond(Exchange exchange, CompletableFuture<String> json) {
    var unused =
        json.whenComplete(
            (text, failure) -> {
              if (failure == null) {
                exchange.succeed(text);
              } else {
                exchange.fail(failure);
              }
            });
  }
}
