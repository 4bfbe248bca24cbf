package dev.vgg16.feature.http.classify;

import dev.vgg16.feature.http.Endpoint;
import dev.vgg16.feature.http.Exchange;
import dev.vgg16.feature.http.GrpcCalls;
import dev.vgg16.feature.http.Json;
import dev.vgg16.feature.http.RequestBody;
import dev.vgg16.feature.http.classify.ClassifyInput.NamedImage;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Classifies the images of a request. */
public final class ClassifyEndpoint implements Endpoint {

  private final GrpcCalls calls;

  public ClassifyEndpoint(GrpcCalls calls) {
    this.calls = calls;
  }

  @Override
  public void serve(Exchange exchange) {
    ClassifyParameters parameters = ClassifyInput.parameters(exchange.request());
    var unused =
        exchange
            .body()
            .thenCompose(body -> classify(exchange, body, parameters))
            .exceptionally(exchange::failed);
  }

  /** Complete, or failed, when no more can fail. */
  private CompletableFuture<Void> classify(
      Exchange exchange, RequestBody body, ClassifyParameters parameters) {
    ClassifyInput input = ClassifyInput.read(body, parameters);
    Framing framing = Framing.of(exchange.request());
    if (framing == Framing.LIST && input.images().size() == 1) {
      return classifyOne(exchange, input);
    }
    classifyAll(exchange, input, framing);
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<ClassifyResponse> call(
      Exchange exchange, ClassifyInput input, NamedImage image) {
    return calls.call(
        FeatureServiceGrpc.getClassifyMethod(),
        input.request(image),
        exchange.request(),
        input.timeout());
  }

  /** A failure of the only image is one of the request. */
  private CompletableFuture<Void> classifyOne(Exchange exchange, ClassifyInput input) {
    NamedImage image = input.images().get(0);
    String name = image.name();
    Function<ClassifyResponse, String> toJson =
        input.list()
            ? response ->
                Framing.LIST.frame(Results.of(0, name, response), true) + Framing.LIST.end()
            : Json::of;
    CompletableFuture<ClassifyResponse> answer = call(exchange, input, image);
    exchange.releaseBody();
    return answer.thenApply(toJson).thenAccept(exchange::succeed);
  }

  private void classifyAll(Exchange exchange, ClassifyInput input, Framing framing) {
    List<NamedImage> images = new ArrayList<>(input.images());
    ClassifyInput options = input.withoutImages();
    new ResultWriter(
            exchange,
            framing,
            images.stream().map(NamedImage::name).toList(),
            index -> {
              // Its bytes are not needed any more.
              NamedImage image = images.set(index, NamedImage.NONE);
              String name = image.name();
              return call(exchange, options, image)
                  .thenApply(response -> Results.of(index, name, response))
                  .exceptionally(failure -> Results.of(index, name, failure));
            })
        .start();
  }
}
