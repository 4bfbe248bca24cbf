package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import dev.vgg16.client.ServiceFailure;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.Image;
import dev.vgg16.v1.ScoreRequest;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each kind of bad input has its own status and does not affect other requests. */
class BadInputIT {

  private static Services services;

  /**
   * A request and its expected outcome.
   *
   * @param field of the BadRequest detail; empty where there is none
   */
  private record Case(ClassifyRequest request, Status.Code code, String field, String message) {}

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    services = Services.start();
  }

  @AfterAll
  static void stop() {
    services.close();
  }

  private static Map<String, Case> cases() throws IOException {
    ByteString photo = Photos.bytes(Program.ROOT.resolve("samples/cat-tabby.jpg"));
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("no image", invalid(ClassifyRequest.getDefaultInstance(), "image", "is missing"));
    cases.put("empty", invalidFile(ByteString.EMPTY, "is empty"));
    cases.put("text", invalidFile(ByteString.copyFromUtf8("hello"), "not an image of a known"));
    cases.put(
        "truncated JPEG",
        invalidFile(photo.substring(0, photo.size() / 2), "truncated or damaged"));
    cases.put("PNG bomb", invalidFile(hugePng(), "50,000 x 50,000 pixels; at most"));
    cases.put("GIF", invalidFile(ByteString.copyFromUtf8("GIF89a......"), "is a GIF"));
    cases.put(
        "too large",
        invalidFile(ByteString.copyFrom(new byte[(16 << 20) + 1]), "at most 16,777,216"));
    cases.put(
        "pixels of the wrong length",
        invalid(
            ClassifyRequest.newBuilder()
                .setImage(Image.newBuilder().setPixels(ByteString.copyFrom(new byte[100])))
                .build(),
            "image.pixels",
            "307,200"));
    cases.put(
        "pixels from 0 to 255",
        invalid(
            ClassifyRequest.newBuilder()
                .setImage(Image.newBuilder().setPixels(unscaledPixels()))
                .build(),
            "image.pixels",
            "has 255 at float 0; pixels are x / 127.5 - 1, between -1 and 1"));
    cases.put(
        "unknown head",
        new Case(Photos.classify(photo, "birds"), Status.Code.NOT_FOUND, "", "birds"));
    cases.put(
        "unknown version",
        new Case(
            Photos.classify(photo, "cats-vs-dogs@99"), Status.Code.NOT_FOUND, "", "cats-vs-dogs"));
    return cases;
  }

  private static ByteString unscaledPixels() {
    ByteBuffer floats = ByteBuffer.allocate(307_200).order(ByteOrder.LITTLE_ENDIAN);
    while (floats.hasRemaining()) {
      floats.putFloat(255);
    }
    return ByteString.copyFrom(floats.flip());
  }

  private static Case invalidFile(ByteString file, String message) {
    return invalid(Photos.classify(file), "image.encoded", message);
  }

  private static Case invalid(ClassifyRequest request, String field, String message) {
    return new Case(request, Status.Code.INVALID_ARGUMENT, field, message);
  }

  @Test
  void aStreamOutlivesItsBadItems() throws IOException, InterruptedException {
    Map<String, Case> cases = cases();
    StreamAnswers answers = new StreamAnswers();
    StreamObserver<ClassifyStreamRequest> requests = services.featureStub().classifyStream(answers);
    int good = 0;
    for (Map.Entry<String, Case> entry : cases.entrySet()) {
      requests.onNext(
          ClassifyStreamRequest.newBuilder()
              .setId(entry.getKey())
              .setRequest(entry.getValue().request())
              .build());
      requests.onNext(Photos.item("good " + good++, Photos.any()));
    }
    requests.onCompleted();
    Map<String, ClassifyStreamResponse> byId = answers.awaitEnd();
    assertThat(answers.status().isOk()).isTrue();
    assertThat(byId).hasSize(cases.size() + good);
    for (Map.Entry<String, Case> entry : cases.entrySet()) {
      assertIs(byId.get(entry.getKey()).getError(), entry.getKey(), entry.getValue());
    }
    for (int i = 0; i < good; i++) {
      assertThat(byId.get("good " + i).getResponse().getHeads(0).getScoresList()).hasSize(2);
    }
  }

  @Test
  void aCallGetsTheSameStatus() throws IOException {
    for (Map.Entry<String, Case> entry : cases().entrySet()) {
      assertThatThrownBy(() -> services.features().classify(entry.getValue().request()))
          .as(entry.getKey())
          .isInstanceOfSatisfying(
              ServiceFailure.class,
              e -> assertIs(StatusProto.fromThrowable(e), entry.getKey(), entry.getValue()));
    }
  }

  @Test
  void aHeadRefusesTheMapsOfAnotherBackbone() throws IOException {
    FeatureMaps maps = map();
    assertThatThrownBy(() -> score(maps.toBuilder().setBackbone("vgg19-224-tf-0").build()))
        .hasMessageStartingWith("FAILED_PRECONDITION")
        .hasMessageContaining("vgg19-224-tf-0")
        .hasMessageContaining(maps.getBackbone());
  }

  @Test
  void aHeadRefusesMapsOfTheWrongSizeOrType() throws IOException {
    FeatureMaps maps = map();
    assertThatThrownBy(() -> score(maps.toBuilder().setCount(2).build()))
        .hasMessageStartingWith("INVALID_ARGUMENT")
        .hasMessageContaining("51,200");
    assertThatThrownBy(() -> score(maps.toBuilder().setData(ByteString.EMPTY).build()))
        .hasMessageStartingWith("INVALID_ARGUMENT");
    assertThatThrownBy(
            () -> score(maps.toBuilder().setDataType(DataType.DATA_TYPE_FLOAT16).build()))
        .hasMessageStartingWith("INVALID_ARGUMENT")
        .hasMessageContaining("25,600");
    assertThatThrownBy(
            () -> score(maps.toBuilder().setDataType(DataType.DATA_TYPE_UNSPECIFIED).build()))
        .hasMessageStartingWith("INVALID_ARGUMENT");
  }

  private static FeatureMaps map() throws IOException {
    return services.features().extract(Photos.any()).getMaps();
  }

  private static void score(FeatureMaps maps) {
    var unused = services.headStub().score(ScoreRequest.newBuilder().setMaps(maps).build());
  }

  private static void assertIs(com.google.rpc.Status status, String name, Case expected) {
    assertThat(Status.fromCodeValue(status.getCode()).getCode())
        .as(name)
        .isEqualTo(expected.code());
    assertThat(status.getMessage()).as(name).contains(expected.message());
    if (!expected.field().isEmpty()) {
      assertThat(field(status)).as(name).isEqualTo(expected.field());
    }
  }

  private static String field(com.google.rpc.Status status) {
    try {
      return status.getDetails(0).unpack(BadRequest.class).getFieldViolations(0).getField();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ByteString hugePng() {
    ByteBuffer header = ByteBuffer.allocate(33);
    header.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A});
    header.putInt(13).put(new byte[] {'I', 'H', 'D', 'R'}).putInt(50_000).putInt(50_000);
    header.put(new byte[] {8, 2, 0, 0, 0}).putInt(0);
    return ByteString.copyFrom(header.array());
  }
}
