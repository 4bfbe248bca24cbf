package dev.vgg16.e2e;

import static dev.vgg16.e2e.JsonLog.number;
import static dev.vgg16.e2e.JsonLog.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.hash.Hashing;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.MapSelection;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logs in JSON, with a line for each call, of the real processes. */
@Timeout(300)
class LogsIT {

  private static final String CLASSIFY = "vgg16.v1.FeatureService/Classify";
  private static final String CLASSIFY_STREAM = "vgg16.v1.FeatureService/ClassifyStream";
  private static final String TOKEN = "caller-0123456789";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final ByteString NO_IMAGE = ByteString.copyFromUtf8("no\nimage");

  @TempDir private Path folder;

  private static Channel with(Channel channel, String header, String value) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER), value);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static FeatureServiceGrpc.FeatureServiceBlockingStub stub(Channel channel) {
    return FeatureServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(Services.TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static Status.Code failure(Channel channel, ByteString file) {
    return catchThrowableOfType(
            StatusRuntimeException.class, () -> stub(channel).classify(Photos.classify(file)))
        .getStatus()
        .getCode();
  }

  @Test
  void everyLineIsAnObjectAndEveryCallALine() throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens"), "call " + TOKEN + "\n");
    try (Services services =
        Services.startWith(
            List.of("--log-format", "json", "--log-requests"),
            "--log-format",
            "json",
            "--log-requests",
            "--log-items",
            "--auth-tokens",
            tokens.toString())) {
      call(services);
      services.featureProgram().terminate();
      assertThat(services.featureProgram().await().exitCode()).isZero();
      services.headProgram().terminate();
      assertThat(services.headProgram().await().exitCode()).isZero();
      String err = services.featureProgram().err();
      assertThat(err).doesNotContain(TOKEN);
      checkFeatureService(JsonLog.parse(err));
      checkHeadService(JsonLog.parse(services.headProgram().err()));
    }
  }

  /**
   * A photo, a refused token, what is not an image, a stream with such an item, and a cancelled
   * one.
   */
  private void call(Services services) throws Exception {
    Path token = Files.writeString(folder.resolve("token"), TOKEN);
    ClientSecurityOptions security =
        new ClientSecurityOptions(
            false, Optional.empty(), Optional.empty(), Optional.of(token), false);
    assertThat(failure(services.featureChannel(), Photos.any()))
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    try (ServiceConnection connection =
        ServiceConnection.open(services.featureTarget(), security)) {
      Channel channel = connection.channel();
      var unused =
          stub(with(channel, "x-request-id", "photo-1")).classify(Photos.classify(Photos.any()));
      assertThat(failure(with(channel, "x-request-id", "bad '1\""), NO_IMAGE))
          .isEqualTo(Status.Code.INVALID_ARGUMENT);
      StreamAnswers answers = new StreamAnswers();
      StreamObserver<ClassifyStreamRequest> requests =
          FeatureServiceGrpc.newStub(with(channel, "x-request-id", "stream-1"))
              .classifyStream(answers);
      requests.onNext(Photos.item("good 1", Photos.any()));
      requests.onNext(Photos.item("bad\n{}", NO_IMAGE));
      requests.onNext(Photos.item("good 2", Photos.any()));
      requests.onCompleted();
      assertThat(answers.awaitEnd()).hasSize(3);
      cancelAfterAnAnswer(channel);
    }
  }

  private static void cancelAfterAnAnswer(Channel channel) throws Exception {
    StreamAnswers answers = new StreamAnswers();
    StreamObserver<ClassifyStreamRequest> requests =
        FeatureServiceGrpc.newStub(channel).classifyStream(answers);
    requests.onNext(Photos.item("only", Photos.any()));
    answers.awaitCount(1);
    requests.onError(Status.CANCELLED.asException());
    var unused = answers.awaitEnd();
  }

  private static void checkFeatureService(JsonLog log) {
    assertThat(log.lines()).anyMatch(line -> text(line, "message").startsWith("serving on "));
    assertThat(log.calls()).hasSize(5);

    JsonObject photo = only(log.calls(CLASSIFY, "OK"));
    assertThat(text(photo, "vgg16.request_id")).isEqualTo("photo-1");
    assertThat(text(photo, "client.address")).isEqualTo("127.0.0.1");
    assertThat(number(photo, "client.port")).isPositive();
    assertThat(photo.get("vgg16.duration_ms").getAsDouble()).isPositive();
    assertThat(text(photo, "user_agent.original")).contains("grpc-java");
    assertThat(text(photo, "vgg16.token"))
        .isEqualTo(
            Hashing.sha256().hashString(TOKEN, StandardCharsets.UTF_8).toString().substring(0, 8));
    assertThat(photo.has("vgg16.items.ok")).isFalse();

    JsonObject bad = only(log.calls(CLASSIFY, "INVALID_ARGUMENT"));
    assertThat(text(bad, "vgg16.request_id")).isEqualTo("bad _1_");
    assertThat(text(bad, "error.message")).startsWith("image");

    JsonObject refused = only(log.calls(CLASSIFY, "UNAUTHENTICATED"));
    assertThat(text(refused, "client.address")).isEqualTo("127.0.0.1");
    assertThat(refused.has("vgg16.token")).isFalse();

    JsonObject stream = only(log.calls(CLASSIFY_STREAM, "OK"));
    assertThat(text(stream, "vgg16.request_id")).isEqualTo("stream-1");
    assertThat(number(stream, "vgg16.items.ok")).isEqualTo(2);
    assertThat(number(stream, "vgg16.items.failed")).isEqualTo(1);

    JsonObject cancelled = only(log.calls(CLASSIFY_STREAM, "CANCELLED"));
    assertThat(number(cancelled, "vgg16.items.ok")).isEqualTo(1);
    assertThat(number(cancelled, "vgg16.items.failed")).isZero();

    assertThat(log.items())
        .extracting(item -> text(item, "vgg16.request_id"), item -> text(item, "vgg16.item.id"))
        .containsExactly(tuple("bad _1_", ""), tuple("stream-1", "bad\n{}"));
  }

  /** One stream carries the maps of all calls. */
  private static void checkHeadService(JsonLog log) {
    assertThat(log.calls())
        .filteredOn(call -> text(call, "rpc.method").equals("vgg16.v1.HeadService/ScoreStream"))
        .isNotEmpty()
        .allSatisfy(call -> assertThat(number(call, "vgg16.items.failed")).isZero())
        .anySatisfy(call -> assertThat(number(call, "vgg16.items.ok")).isPositive());
  }

  private static JsonObject only(List<JsonObject> lines) {
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }

  @Test
  void aTracedCallsLineHasItsSpan() throws Exception {
    var unused = new MadeHeads(folder);
    try (OtlpReceiver receiver = new OtlpReceiver()) {
      Map<String, String> environment =
          Map.of(
              "OTEL_TRACES_EXPORTER",
              "otlp",
              "OTEL_EXPORTER_OTLP_ENDPOINT",
              receiver.endpoint(),
              "HEAD_SERVICE_LOG_FORMAT",
              "json",
              "HEAD_SERVICE_LOG_REQUESTS",
              "true");
      JsonLog log = JsonLog.parse(scoreInTrace(environment));
      JsonObject call = only(log.calls("vgg16.v1.HeadService/Score", "OK"));
      assertThat(text(call, "trace_id")).isEqualTo(TRACE);
      assertThat(receiver.spans())
          .filteredOn(span -> span.name().equals("Recv.vgg16.v1.HeadService.Score"))
          .extracting(ReceivedSpan::id)
          .containsExactly(text(call, "span_id"));
    }
  }

  /** Returns the log of a head service that has scored one map as a part of the trace. */
  private String scoreInTrace(Map<String, String> environment) throws Exception {
    Metadata trace = new Metadata();
    trace.put(
        Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER),
        "00-" + TRACE + "-00f067aa0ba902b7-01");
    try (HeadProgram head = HeadProgram.start(environment, folder)) {
      var unused =
          head.stub()
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(trace))
              .score(
                  HeadProgram.score(
                      "vgg16-160-tf-d9a27cc1fc7f",
                      MapSelection.newBuilder().addHeads("cats-vs-dogs").build()));
      head.program().terminate();
      return head.program().await().err();
    }
  }

  @Test
  void aStartThatFailsSaysSoInTheFormat() throws Exception {
    Program.Result result =
        Program.run(
            "head-service",
            "--log-format",
            "json",
            "--heads",
            "no-such-folder",
            "--port",
            "0",
            "--management-port",
            "0",
            "--debug");
    assertThat(result.exitCode()).isEqualTo(1);
    List<JsonObject> lines = JsonLog.parse(result.err()).lines();
    JsonObject error = lines.get(lines.size() - 1);
    assertThat(text(error, "level")).isEqualTo("ERROR");
    assertThat(text(error, "message"))
        .startsWith("head-service: ")
        .contains("no-such-folder")
        .contains("\tat dev.vgg16.");
  }

  @Test
  void errorsOfTheCommandLineAreText() throws Exception {
    Program.Result result =
        Program.run(
            Map.of("FEATURE_SERVICE_LOG_FORMAT", "json"), "feature-service", "--max-delay-ms", "x");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).startsWith("feature-service: ");
    Program.Result unknown = Program.run("head-service", "--log-format", "xml");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("--log-format", "TEXT, JSON", "xml");
  }
}
