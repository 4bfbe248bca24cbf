package dev.vgg16.service.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.Image;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LimitedReaderTest {

  private static final ClassifyRequest REQUEST =
      ClassifyRequest.newBuilder()
          .setImage(Image.newBuilder().setEncoded(ByteString.copyFromUtf8("a photo")))
          .addHeads("one")
          .addHeads("two@2")
          .setTopK(-1)
          .setExplain(Explain.newBuilder().setLabel("b\u00e4r"))
          .setNovelty(true)
          .build();

  private final LimitedMarshaller<ClassifyRequest> requests =
      new LimitedMarshaller<>(LimitedReader.of(ClassifyRequest.getDefaultInstance()));
  private final LimitedMarshaller<ClassifyStreamRequest> items =
      new LimitedMarshaller<>(LimitedReader.of(ClassifyStreamRequest.getDefaultInstance()));

  /** Of which gRPC knows the length. */
  private static final class Bytes extends ByteArrayInputStream implements KnownLength {
    Bytes(byte[] bytes) {
      super(bytes);
    }
  }

  @Test
  void readsTheSameAsTheGeneratedParser() {
    assertIsRead(REQUEST.toByteString(), REQUEST);
    assertIsRead(ByteString.EMPTY, ClassifyRequest.getDefaultInstance());
    ScoreStreamRequest item =
        ScoreStreamRequest.newBuilder()
            .setId("1")
            .setRequest(
                ScoreRequest.newBuilder()
                    .setMaps(
                        FeatureMaps.newBuilder()
                            .setBackbone("b")
                            .setCount(-1)
                            .setDataTypeValue(77)
                            .setPoolingValue(1)
                            .setData(ByteString.copyFromUtf8("maps")))
                    .addSelections(MapSelection.newBuilder().addHeads("h").setTopK(2))
                    .addSelections(MapSelection.getDefaultInstance()))
            .build();
    DecodedRequest<ScoreStreamRequest> received =
        new LimitedMarshaller<>(LimitedReader.of(ScoreStreamRequest.getDefaultInstance()))
            .parse(new Bytes(item.toByteArray()));
    assertThat(received.refusal()).isEmpty();
    assertThat(received.message()).isEqualTo(item);
  }

  /** A message that comes in parts is merged, and the last of two scalars counts. */
  @Test
  void mergesRepeatedOccurrences() throws Exception {
    ClassifyRequest more =
        ClassifyRequest.newBuilder()
            .setImage(Image.newBuilder().setPixels(ByteString.copyFromUtf8("pixels")))
            .addHeads("three")
            .setExplain(Explain.getDefaultInstance())
            .setTopK(5)
            .build();
    ByteString both = REQUEST.toByteString().concat(more.toByteString());
    assertIsRead(both, ClassifyRequest.parseFrom(both));
  }

  @Test
  void skipsUnknownFieldsAtEveryDepth() {
    UnknownFieldSet unknown = UnknownFieldSet.newBuilder().mergeFrom(nestedGroups(99)).build();
    ClassifyRequest.Builder request = REQUEST.toBuilder().setUnknownFields(unknown);
    request.getImageBuilder().setUnknownFields(unknown);
    request.getExplainBuilder().setUnknownFields(unknown);
    assertThat(request.build().getSerializedSize()).isGreaterThan(600);
    assertIsRead(request.build().toByteString(), REQUEST);
  }

  @Test
  void skipsLargeUnknownFieldsWithoutAllocation() {
    UnknownFieldSet large =
        UnknownFieldSet.newBuilder()
            .addField(
                99,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFrom(new byte[15 << 20]))
                    .build())
            .build();
    assertIsRead(REQUEST.toBuilder().setUnknownFields(large).build().toByteString(), REQUEST);
  }

  /** An image must not retain the buffer that it was received in. */
  @Test
  void copiesBytesOnce() {
    byte[] bytes = REQUEST.toByteArray();
    ByteString image = requests.parse(new Bytes(bytes)).message().getImage().getEncoded();
    Arrays.fill(bytes, (byte) 0);
    assertThat(image.toStringUtf8()).isEqualTo("a photo");
  }

  @Test
  void refusesGroupsThatAreNestedTooDeep() {
    ClassifyRequest request = REQUEST.toBuilder().setUnknownFields(nestedGroups(200)).build();
    assertIsUnreadable(request.toByteString());
  }

  /** Cut off, longer than the message, negative, and a group that ends before it began. */
  @Test
  void refusesMalformedMessages() {
    ByteString whole = REQUEST.toByteString();
    for (ByteString malformed :
        List.of(
            whole.substring(0, whole.size() - 1),
            bytes(0x0a, 0x02, 0x0a, 0x08),
            bytes(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f),
            bytes(0x12, 0xff, 0xff, 0xff, 0xff, 0x07),
            bytes(0x0c),
            bytes(0x00))) {
      assertIsUnreadable(malformed);
    }
  }

  @Test
  void refusesInvalidUtf8() {
    assertIsRefused(bytes(0x12, 0x01, 0xff), "heads", "is not UTF-8");
    assertIsRefused(bytes(0x22, 0x03, 0x0a, 0x01, 0xff), "explain.label", "is not UTF-8");
  }

  /** Two bytes each, and many times as much work: 131,072 are read, and no more. */
  @Test
  void refusesTooManyFields() {
    byte[] empty = new byte[2 * 131_072];
    for (int i = 0; i < empty.length; i += 2) {
      empty[i] = 0x22;
    }
    assertThat(requests.parse(new Bytes(empty)).refusal()).isEmpty();
    assertIsRefused(
        ByteString.copyFrom(empty).concat(bytes(0x22, 0x00)),
        "request",
        "can't be parsed as vgg16.v1.ClassifyRequest: it has more than 131,072 fields");
  }

  @Test
  void theFirstFaultIsReported() {
    ClassifyRequest request =
        REQUEST.toBuilder()
            .addHeads("h".repeat(257))
            .setExplain(Explain.newBuilder().setLabel("l".repeat(2000)))
            .build();
    assertIsRefused(request.toByteString(), "heads[2]", "has 257 bytes; at most 256 are allowed");
  }

  /** The response to a refused item needs its id. */
  @Test
  void aRefusedItemKeepsItsId() {
    ClassifyStreamRequest item =
        ClassifyStreamRequest.newBuilder()
            .setId("7")
            .setRequest(REQUEST.toBuilder().addHeads("h".repeat(257)))
            .build();
    DecodedRequest<ClassifyStreamRequest> received = items.parse(new Bytes(item.toByteArray()));
    assertThat(received.message().getId()).isEqualTo("7");
    assertRefusal(received, "heads[2]", "has 257 bytes; at most 256 are allowed");

    received =
        items.parse(new Bytes(item.toBuilder().setId("i".repeat(1 << 20)).build().toByteArray()));
    assertThat(received.message().getId()).isEmpty();
    assertRefusal(received, "id", "has 1,048,576 bytes; at most 256 are allowed");
  }

  /** A message that was compressed: its length is unknown. */
  @Test
  void readsStreamsOfUnknownLength() {
    InputStream stream = new ByteArrayInputStream(REQUEST.toByteArray());
    assertThat(requests.parse(stream).message()).isEqualTo(REQUEST);
    assertRefusal(
        requests.parse(new ByteArrayInputStream(new byte[] {0x12, 0x7f, 0x30})),
        "request",
        "can't be parsed as vgg16.v1.ClassifyRequest: ");
  }

  @Test
  void passesOnGrpcErrorsDuringDecompression() {
    Status tooLarge = Status.RESOURCE_EXHAUSTED.withDescription("too large");
    InputStream stream =
        new FilterInputStream(InputStream.nullInputStream()) {
          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw tooLarge.asRuntimeException();
          }
        };
    assertThat(requests.parse(stream).refusal())
        .containsInstanceOf(StatusRuntimeException.class)
        .hasValueSatisfying(
            refusal -> assertThat(Status.fromThrowable(refusal)).isEqualTo(tooLarge));
  }

  private void assertIsRead(ByteString bytes, ClassifyRequest expected) {
    DecodedRequest<ClassifyRequest> received = requests.parse(new Bytes(bytes.toByteArray()));
    assertThat(received.refusal()).isEmpty();
    assertThat(received.message()).isEqualTo(expected);
  }

  private void assertIsUnreadable(ByteString bytes) {
    assertIsRefused(bytes, "request", "can't be parsed as vgg16.v1.ClassifyRequest: ");
  }

  private void assertIsRefused(ByteString bytes, String field, String problem) {
    assertRefusal(requests.parse(new Bytes(bytes.toByteArray())), field, problem);
  }

  private static void assertRefusal(DecodedRequest<?> received, String field, String problem) {
    assertThat(received.refusal())
        .containsInstanceOf(ServingException.class)
        .hasValueSatisfying(
            refusal -> {
              assertThat(((ServingException) refusal).field()).hasValue(field);
              assertThat(refusal).hasMessageStartingWith(problem);
            });
  }

  private static UnknownFieldSet nestedGroups(int depth) {
    UnknownFieldSet set = UnknownFieldSet.getDefaultInstance();
    for (int i = 0; i < depth; i++) {
      set =
          UnknownFieldSet.newBuilder()
              .addField(9, UnknownFieldSet.Field.newBuilder().addGroup(set).build())
              .build();
    }
    return set;
  }

  private static ByteString bytes(int... values) {
    ByteString.Output out = ByteString.newOutput();
    for (int value : values) {
      out.write(value);
    }
    return out.toByteString();
  }
}
