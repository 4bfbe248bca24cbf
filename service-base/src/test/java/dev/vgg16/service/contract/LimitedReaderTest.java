package dev.vgg16.service.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.vgg16.oip.InferParameter;
import dev.vgg16.oip.InferTensorContents;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.oip.ModelInferRequest.InferInputTensor;
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
import java.util.Collections;
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

  private static final ModelInferRequest INFER =
      ModelInferRequest.newBuilder()
          .setModelName("cats")
          .putParameters("int", InferParameter.newBuilder().setInt64Param(-5).build())
          .putParameters("bool", InferParameter.newBuilder().setBoolParam(true).build())
          .putParameters("text", InferParameter.newBuilder().setStringParam("t").build())
          .putParameters("double", InferParameter.newBuilder().setDoubleParam(0.1).build())
          .putParameters("unsigned", InferParameter.newBuilder().setUint64Param(-1L).build())
          .putParameters("", InferParameter.getDefaultInstance())
          .addInputs(
              InferInputTensor.newBuilder()
                  .addAllShape(List.of(2L, -1L, Long.MAX_VALUE))
                  .setContents(
                      InferTensorContents.newBuilder()
                          .addAllFp32Contents(List.of(1f, -2.5f))
                          .addBytesContents(ByteString.copyFromUtf8("one"))
                          .addBytesContents(ByteString.EMPTY)))
          .addRawInputContents(ByteString.copyFromUtf8("raw"))
          .addRawInputContents(ByteString.copyFromUtf8("more"))
          .build();

  private static DecodedRequest<ModelInferRequest> read(ByteString bytes) {
    return new LimitedMarshaller<>(LimitedReader.of(ModelInferRequest.getDefaultInstance()))
        .parse(new Bytes(bytes.toByteArray()));
  }

  /** Maps, lists of numbers and of bytes, and one of several fields. */
  @Test
  void readsEveryTypeAsTheGeneratedParserDoes() throws Exception {
    assertThat(read(INFER.toByteString()).refusal()).isEmpty();
    assertThat(read(INFER.toByteString()).message()).isEqualTo(INFER);
    // An entry that comes again takes the place of the first; lists grow.
    ModelInferRequest more =
        ModelInferRequest.newBuilder()
            .putParameters("int", InferParameter.newBuilder().setInt64Param(6).build())
            .addRawInputContents(ByteString.EMPTY)
            .build();
    ByteString both = INFER.toByteString().concat(more.toByteString());
    assertThat(read(both).message()).isEqualTo(ModelInferRequest.parseFrom(both));
  }

  /** Numbers of a list each with a tag of its own, which a parser has to take too. */
  @Test
  void readsListsThatAreNotPacked() throws Exception {
    // inputs[0].shape: 7, 9
    ByteString unpacked = bytes(0x2a, 0x04, 0x18, 0x07, 0x18, 0x09);
    assertThat(read(unpacked).message()).isEqualTo(ModelInferRequest.parseFrom(unpacked));
    assertThat(read(unpacked).message().getInputs(0).getShapeList()).containsExactly(7L, 9L);
  }

  /** Entries beyond the limit are not read one by one. */
  @Test
  void goesOnAfterAListThatIsTooLong() {
    InferInputTensor dimensions =
        InferInputTensor.newBuilder()
            .addAllShape(Collections.nCopies(1_000, 1L))
            .setContents(InferTensorContents.newBuilder().addFp32Contents(1))
            .build();
    DecodedRequest<ModelInferRequest> received =
        read(
            ModelInferRequest.newBuilder().addInputs(dimensions).setId("7").build().toByteString());
    assertRefusal(
        received, "inputs[0].shape", "has more than 16 entries, the most that are allowed");
    assertThat(received.message().getInputs(0).getShapeCount()).isEqualTo(16);
    assertThat(received.message().getInputs(0).getContents().getFp32Contents(0)).isEqualTo(1);
    assertThat(received.message().getId()).isEqualTo("7");
  }

  @Test
  void limitsListsAndMaps() {
    InferInputTensor dimensions =
        InferInputTensor.newBuilder().addAllShape(Collections.nCopies(17, 1L)).build();
    assertRefusal(
        read(INFER.toBuilder().addInputs(dimensions).build().toByteString()),
        "inputs[1].shape",
        "has more than 16 entries, the most that are allowed");
    ModelInferRequest.Builder parameters = ModelInferRequest.newBuilder();
    for (int i = 0; i < 65; i++) {
      parameters.putParameters("p" + i, InferParameter.getDefaultInstance());
    }
    assertRefusal(
        read(parameters.build().toByteString()),
        "parameters",
        "has more than 64 entries, the most that are allowed");
    assertRefusal(
        read(
            ModelInferRequest.newBuilder()
                .putParameters("k".repeat(257), InferParameter.getDefaultInstance())
                .build()
                .toByteString()),
        "parameters[0].key",
        "has 257 bytes; at most 256 are allowed");
  }

  /** A packed list that says it is longer than its message, and one that ends within a number. */
  @Test
  void refusesMalformedLists() {
    for (ByteString malformed :
        List.of(
            bytes(0x2a, 0x03, 0x1a, 0x7f, 0x01),
            bytes(0x2a, 0x04, 0x1a, 0x01, 0x80, 0x01),
            bytes(0x2a, 0x07, 0x2a, 0x05, 0x32, 0x03, 0x00, 0x00, 0x00))) {
      assertThat(read(malformed).refusal()).as(malformed.toString()).isPresent();
    }
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
