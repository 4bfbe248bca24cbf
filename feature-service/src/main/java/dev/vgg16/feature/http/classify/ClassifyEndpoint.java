package dev.vgg16.feature.http.classify;

import static java.util.Objects.requireNonNull;

import com.google.gson.JsonObject;
import dev.vgg16.feature.http.Endpoint;
import dev.vgg16.feature.http.Exchange;
import dev.vgg16.feature.http.GrpcCalls;
import dev.vgg16.feature.http.Json;
import dev.vgg16.feature.http.Problem;
import dev.vgg16.feature.http.RequestBody;
import dev.vgg16.feature.http.classify.ClassifyInput.NamedImage;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Classifies the images of a request. */
public final class ClassifyEndpoint implements Endpoint {

  private final GrpcCalls calls;

  public ClassifyEndpoint(GrpcCalls calls) {
    this.calls = calls;
  }

  @Override
  public void serve(Exchange exchange) {
    var unused =
        exchange
            .body()
            .thenAccept(body -> classify(exchange, body))
            .exceptionally(exchange::failed);
  }

  private void classify(Exchange exchange, RequestBody body) {
    Request request = exchange.request();
    ClassifyInput input = ClassifyInput.read(body, Request.extractQueryParameters(request));
    Framing framing = Framing.of(request);
    if (framing == Framing.LIST && input.images().size() == 1) {
      classifyOne(exchange, input);
    } else {
      classifyAll(exchange, input, framing);
    }
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
  private void classifyOne(Exchange exchange, ClassifyInput input) {
    NamedImage image = input.images().get(0);
    var unused =
        call(exchange, input, image)
            .whenComplete(
                (response, failure) -> {
                  if (failure != null) {
                    exchange.fail(failure);
                  } else if (input.list()) {
                    String result = result(0, image, response, null);
                    exchange.succeed(Framing.LIST.frame(result, true) + Framing.LIST.end());
                  } else {
                    exchange.succeed(Json.of(response));
                  }
                });
  }

  private void classifyAll(Exchange exchange, ClassifyInput input, Framing framing) {
    ResultWriter[] results = new ResultWriter[1];
    results[0] =
        new ResultWriter(
            exchange,
            framing,
            input.images().size(),
            index -> {
              NamedImage image = input.images().get(index);
              var unused =
                  call(exchange, input, image)
                      .whenComplete(
                          (response, failure) ->
                              results[0].add(index, result(index, image, response, failure)));
            });
    results[0].start();
  }

  private static String result(
      int index,
      NamedImage image,
      @Nullable ClassifyResponse response,
      @Nullable Throwable failure) {
    JsonObject json = new JsonObject();
    json.addProperty("index", index);
    json.addProperty("name", image.name());
    if (failure != null) {
      json.add("error", Problem.of(failure).toJson());
      return json.toString();
    }
    // Both are objects with members: the fields of the response follow those of the result.
    String fields = json.toString();
    return fields.substring(0, fields.length() - 1)
        + ","
        + Json.of(requireNonNull(response)).substring(1);
  }
}
