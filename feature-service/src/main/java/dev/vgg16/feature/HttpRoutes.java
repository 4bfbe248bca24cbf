package dev.vgg16.feature;

import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.feature.http.Exchange;
import dev.vgg16.feature.http.GrpcCalls;
import dev.vgg16.feature.http.Json;
import dev.vgg16.feature.http.Route;
import dev.vgg16.feature.http.StaticFile;
import dev.vgg16.feature.http.classify.ClassifyEndpoint;
import dev.vgg16.feature.http.console.ConsoleEndpoint;
import dev.vgg16.feature.http.oip.InferenceRoutes;
import dev.vgg16.feature.load.ServiceLoad;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.GetBackboneRequest;
import dev.vgg16.v1.ListHeadsResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the HTTP port serves.
 *
 * @param calls of this process's gRPC services
 * @param ready whether the server is SERVING
 * @param heads asks for the heads that are loaded
 * @param load measures the load
 * @param console whether to serve the console
 */
record HttpRoutes(
    GrpcCalls calls,
    BooleanSupplier ready,
    Supplier<ListenableFuture<ListHeadsResponse>> heads,
    Supplier<ServiceLoad> load,
    boolean console) {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  List<Route> all() {
    Stream<Route> own =
        Stream.of(
            Route.post("/v1/classify", new ClassifyEndpoint(calls)),
            Route.get("/v1/heads", this::listHeads),
            Route.get("/v1/backbone", this::getBackbone),
            Route.get("/v1/load", exchange -> exchange.succeed(load.get().toJson())),
            Route.get("/openapi.json", new StaticFile("openapi.json", "application/json"))
                .withoutToken());
    return Stream.of(
            own,
            new InferenceRoutes(calls, ready).all().stream(),
            console ? ConsoleEndpoint.routes() : Stream.<Route>empty())
        .flatMap(routes -> routes)
        .toList();
  }

  private void listHeads(Exchange exchange) {
    exchange.succeed(GrpcCalls.completable(heads.get()).thenApply(Json::of));
  }

  private void getBackbone(Exchange exchange) {
    exchange.succeed(
        calls
            .call(
                FeatureServiceGrpc.getGetBackboneMethod(),
                GetBackboneRequest.getDefaultInstance(),
                exchange.request(),
                TIMEOUT)
            .thenApply(Json::of));
  }
}
