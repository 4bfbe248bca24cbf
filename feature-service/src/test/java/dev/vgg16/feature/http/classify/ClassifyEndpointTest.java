package dev.vgg16.feature.http.classify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.DebugInfo;
import dev.vgg16.feature.http.HttpFixture;
import dev.vgg16.feature.http.Route;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.service.grpc.Statuses;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc.FeatureServiceImplBase;
import dev.vgg16.v1.HeadScores;
import io.grpc.stub.StreamObserver;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifyEndpointTest {

  private static final String PATH = "/v1/classify";
  private static final int WINDOW = 8;

  /** Answers with the image's text as the label; "bad" is refused, "full" too, "held" waits. */
  private static final class Labels extends FeatureServiceImplBase {
    final BlockingQueue<ClassifyRequest> requests = new LinkedBlockingQueue<>();
    final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();

    @Override
    public void classify(ClassifyRequest request, StreamObserver<ClassifyResponse> out) {
      requests.add(request);
      String label = request.getImage().getEncoded().toStringUtf8();
      switch (label) {
        case "bad" ->
            out.onError(
                Statuses.toException(
                    ServingException.invalidInput("image.encoded", "is not an image")));
        case "full" ->
            out.onError(
                Statuses.toException(
                    ServingException.overloaded("the queue is full", Duration.ofMillis(1500))));
        case "detail" -> answerWithDetail(out);
        case "held" -> held.add(() -> answer(out, label));
        case "huge" -> answer(out, "x".repeat(3 * HttpFixture.MAX_BODY));
        default -> answer(out, label);
      }
    }

    private static void answerWithDetail(StreamObserver<ClassifyResponse> out) {
      out.onNext(
          ClassifyResponse.newBuilder()
              .addHeads(
                  HeadScores.newBuilder()
                      .setError(
                          com.google.rpc.Status.newBuilder()
                              .setMessage("no such head")
                              .addDetails(Any.pack(DebugInfo.getDefaultInstance()))))
              .build());
      out.onCompleted();
    }

    private static void answer(StreamObserver<ClassifyResponse> out, String label) {
      out.onNext(
          ClassifyResponse.newBuilder()
              .addHeads(
                  HeadScores.newBuilder()
                      .setHead("pets")
                      .addScores(ClassScore.newBuilder().setLabel(label).setScore(1)))
              .build());
      out.onCompleted();
    }
  }

  private final Labels service = new Labels();
  private HttpFixture server;

  @BeforeEach
  void start() throws Exception {
    server =
        new HttpFixture(service, calls -> List.of(Route.post(PATH, new ClassifyEndpoint(calls))));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpRequest.Builder body(String query, String contentType, String body) {
    return server
        .request(PATH + query)
        .header("Content-Type", contentType)
        .POST(BodyPublishers.ofString(body));
  }

  /** A part with a file name for each file, and one for each field {@code name=value}. */
  private HttpRequest.Builder form(String query, List<String> files, String... fields) {
    StringBuilder text = new StringBuilder();
    for (String file : files) {
      text.append("--B\r\nContent-Disposition: form-data; name=\"image\"; filename=\"")
          .append(file)
          .append(".jpg\"\r\n\r\n")
          .append(file)
          .append("\r\n");
    }
    for (String field : fields) {
      String[] parts = field.split("=", 2);
      text.append("--B\r\nContent-Disposition: form-data; name=\"")
          .append(parts[0])
          .append("\"\r\n\r\n")
          .append(parts[1])
          .append("\r\n");
    }
    return body(query, "multipart/form-data; boundary=B", text.append("--B--\r\n").toString());
  }

  private static JsonObject json(HttpResponse<String> response) {
    return JsonParser.parseString(response.body()).getAsJsonObject();
  }

  private static String label(JsonObject response) {
    return response
        .getAsJsonArray("heads")
        .get(0)
        .getAsJsonObject()
        .getAsJsonArray("scores")
        .get(0)
        .getAsJsonObject()
        .get("label")
        .getAsString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image/jpeg|cat",
        "application/octet-stream|cat",
        "application/x-www-form-urlencoded|cat",
        "application/json|{\"image\":\"Y2F0\"}",
        "application/json; charset=utf-8|{\"image\":{\"encoded\":\"Y2F0\"}}",
        "application/json|{\"image\":\"data:image/jpeg;base64,Y2F0\",\"explain\":null}",
      })
  void oneImageIsAnsweredWithItsScores(String type, String body) throws Exception {
    HttpResponse<String> response = server.send(body("", type, body));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(label(json(response))).isEqualTo("cat");
  }

  @Test
  void parametersComeFromTheQueryTheFormOrJson() throws Exception {
    ClassifyRequest expected =
        ClassifyRequest.newBuilder()
            .setImage(dev.vgg16.v1.Image.newBuilder().setEncoded(ByteString.copyFromUtf8("cat")))
            .addHeads("a")
            .addHeads("b@2")
            .setTopK(3)
            .setExplain(dev.vgg16.v1.Explain.newBuilder().setLabel("dog"))
            .setNovelty(true)
            .setRoutingKey("ann")
            .build();
    String query = "?head=a&head=b@2&top_k=3&explain=dog&novelty=true&routing_key=ann";
    server.send(body(query, "image/jpeg", "cat"));
    assertThat(service.requests.remove()).isEqualTo(expected);
    server.send(
        form(
            "?head=a",
            List.of("cat"),
            "head=b@2",
            "top_k=3",
            "explain=dog",
            "novelty=1",
            "routing_key=ann"));
    assertThat(service.requests.remove()).isEqualTo(expected);
    server.send(
        body(
            "",
            "application/json",
            "{\"heads\":[\"a\",\"b@2\"],\"topK\":3,\"explain\":{\"label\":\"dog\"},"
                + "\"novelty\":true,\"routingKey\":\"ann\",\"image\":{\"encoded\":\"Y2F0\"}}"));
    assertThat(service.requests.remove()).isEqualTo(expected);
  }

  @Test
  void aFormIsAnsweredWithAListInItsOrder() throws Exception {
    HttpResponse<String> response = server.send(form("", List.of("a", "bad", "c")));
    JsonArray results = json(response).getAsJsonArray("results");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(results).hasSize(3);
    for (int i = 0; i < results.size(); i++) {
      assertThat(results.get(i).getAsJsonObject().get("index").getAsInt()).isEqualTo(i);
    }
    assertThat(label(results.get(0).getAsJsonObject())).isEqualTo("a");
    assertThat(label(results.get(2).getAsJsonObject())).isEqualTo("c");
    JsonObject failed = results.get(1).getAsJsonObject();
    assertThat(failed.get("name").getAsString()).isEqualTo("bad.jpg");
    assertThat(failed.getAsJsonObject("error").get("code").getAsString())
        .isEqualTo("INVALID_ARGUMENT");
    assertThat(failed.getAsJsonObject("error").get("field").getAsString())
        .isEqualTo("image.encoded");
  }

  @Test
  void aResultForWhichThereIsNoMemoryTellsItsFile() throws Exception {
    HttpResponse<String> response = server.send(form("", List.of("huge", "a")));
    JsonArray results = json(response).getAsJsonArray("results");
    JsonObject failed = results.get(0).getAsJsonObject();
    assertThat(failed.get("name").getAsString()).isEqualTo("huge.jpg");
    assertThat(failed.getAsJsonObject("error").get("status").getAsInt()).isEqualTo(503);
    assertThat(label(results.get(1).getAsJsonObject())).isEqualTo("a");
  }

  @Test
  void theOnlyImageOfAFormFailsTheRequest() throws Exception {
    HttpResponse<String> response = server.send(form("", List.of("bad")));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("detail").getAsString())
        .isEqualTo("image.encoded: is not an image");
  }

  @Test
  void overloadSaysWhenToRetry() throws Exception {
    HttpResponse<String> response = server.send(body("", "image/jpeg", "full"));
    assertThat(response.statusCode()).isEqualTo(429);
    assertThat(response.headers().firstValue("Retry-After")).hasValue("2");
    assertThat(json(response).get("retryAfterMs").getAsInt()).isEqualTo(1500);
  }

  @Test
  void fewImagesOfARequestAreClassifiedAtATime() throws Exception {
    String[] files = new String[3 * WINDOW];
    Arrays.fill(files, "held");
    var response =
        server.client().sendAsync(form("", List.of(files)).build(), BodyHandlers.ofString());
    for (int i = 0; i < files.length; i++) {
      Runnable answer = service.held.poll(60, TimeUnit.SECONDS);
      assertThat(answer).as("image %d of %d", i, files.length).isNotNull();
      assertThat(service.requests.size()).isLessThanOrEqualTo(WINDOW + i);
      answer.run();
    }
    assertThat(json(response.get(60, TimeUnit.SECONDS)).getAsJsonArray("results"))
        .hasSize(files.length);
  }

  @ParameterizedTest
  @CsvSource({"application/x-ndjson,''", "text/event-stream,'data: '"})
  void aResultIsWrittenWhenItIsThere(String type, String begin) throws Exception {
    HttpRequest request = form("", List.of("held", "dog")).header("Accept", type).build();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                server.client().send(request, BodyHandlers.ofInputStream()).body(), UTF_8))) {
      assertThat(nextResult(lines, begin)).contains("\"index\":1,\"name\":\"dog.jpg\"");
      service.held.remove().run();
      assertThat(nextResult(lines, begin)).contains("\"index\":0,\"name\":\"held.jpg\"");
    }
  }

  private static String nextResult(BufferedReader lines, String begin) throws Exception {
    String line = lines.readLine();
    while (line != null && !line.startsWith(begin + "{")) {
      line = lines.readLine();
    }
    return String.valueOf(line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "application/json|{|request: is not JSON at line 1 column 2 path $.",
        "application/json|[1]|request: has a value of a wrong type at line 1 column 2 path $",
        "application/json|{\"image\":1}|request: has a value of a wrong type at line 1",
        "application/json|{\"image\":\"*\"}|image: is not base64",
        "application/json|{\"picture\":\"\"}|request: has no field 'picture': there are image,",
        "application/json|{\"image\":{\"data\":\"\"}}|image: has no field 'data': there are",
        "application/json|{\"image\":\"Y2F0\"} 1|request: is not JSON",
        "application/json|{\"topK\":-1,\"image\":\"\"}|top_k: must be a whole number, not '-1'",
        "application/json|{\"images\":[]}|image: is missing: send an image file as the body",
        "text/plain|{\"image\":\"\"}|image: looks like JSON: send it with the header Content-Type:",
        "multipart/form-data|x|request: is a form whose Content-Type has no boundary",
        "multipart/form-data; boundary=B|x|request: is a form that can't be read",
      })
  void whatIsWrongIsSaid(String type, String body, String detail) throws Exception {
    HttpResponse<String> response = server.send(body("", type, body));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(json(response).get("detail").getAsString()).startsWith(detail).doesNotContain("\n");
    assertThat(service.requests).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?heads=a|has no parameter 'heads': there are head, top_k",
        "?top_k=x|top_k: must be a whole number, not 'x'",
        "?novelty=yes|novelty: must be true or false, not 'yes'",
        "?timeout_ms=0|timeout_ms: must be 1 to 600000, not 0",
        "?top_k=%ff|request: has a query that can't be decoded",
      })
  void aParameterThatCannotBeIsNamed(String query, String detail) throws Exception {
    HttpResponse<String> response = server.send(body(query, "image/jpeg", "cat"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("detail").getAsString()).contains(detail);
  }

  @Test
  void theTimeoutIsTheDeadlineOfTheCall() throws Exception {
    HttpResponse<String> response = server.send(body("?timeout_ms=1", "image/jpeg", "held"));
    assertThat(response.statusCode()).isEqualTo(504);
  }

  /** As texts they would take many times the memory of the body, which gzip makes a small one. */
  @Test
  void moreHeadsThanTheContractAllowsAreRefusedWhileTheyAreRead() throws Exception {
    String heads = "\"a\",".repeat(200_000);
    HttpResponse<String> response =
        server.send(
            body("", "application/json", "{\"image\":\"\",\"heads\":[" + heads + "\"a\"]}"));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).get("detail").getAsString())
        .isEqualTo("heads: has more than 256 entries");
    assertThat(server.send(body("?head=" + "a".repeat(257), "image/jpeg", "cat")).body())
        .contains("heads: has a name of more than 256 characters");
  }

  /** Such as one of a newer head-service. */
  @Test
  void aDetailOfAnUnknownTypeIsLeftOut() throws Exception {
    for (HttpRequest.Builder request :
        List.of(body("", "image/jpeg", "detail"), form("", List.of("detail", "detail")))) {
      HttpResponse<String> response = server.send(request);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).contains("\"message\":\"no such head\"");
    }
  }

  @Test
  void imagesOfARequestThatWasTakenAreClassifiedWhileTheServerStops() throws Exception {
    String[] files = new String[3 * WINDOW];
    Arrays.fill(files, "held");
    var response =
        server.client().sendAsync(form("", List.of(files)).build(), BodyHandlers.ofString());
    Runnable first = service.held.poll(60, TimeUnit.SECONDS);
    Thread stopping = new Thread(server::stopGrpc);
    stopping.start();
    // The server refuses new requests from here on.
    while (server.send(body("", "image/jpeg", "cat")).statusCode() != 503) {
      Thread.onSpinWait();
    }
    first.run();
    for (int i = 1; i < files.length; i++) {
      service.held.poll(60, TimeUnit.SECONDS).run();
    }
    assertThat(response.get(60, TimeUnit.SECONDS).body()).doesNotContain("error");
    stopping.join();
  }

  /** A tree of this would take many times the memory of its text. */
  @Test
  void hostileJsonIsRefusedAtItsFirstWrongToken() throws Exception {
    HttpResponse<String> response =
        server.send(body("", "application/json", "{\"images\":" + "[".repeat(500_000)));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body().length()).isLessThan(1000);
  }
}
