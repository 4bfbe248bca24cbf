package dev.vgg16.feature.oip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.oip.InferTensorContents;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.oip.ModelInferRequest.InferInputTensor;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferInputsTest {

  private static final ByteString ONE = ByteString.copyFromUtf8("one");
  private static final ByteString TWO = ByteString.copyFromUtf8("second");

  private final InferInputs inputs = new InferInputs(List.of(1, 2, 3));

  private static InferInputTensor.Builder input(String name, String datatype, Long... shape) {
    return InferInputTensor.newBuilder()
        .setName(name)
        .setDatatype(datatype)
        .addAllShape(List.of(shape));
  }

  private static ModelInferRequest request(InferInputTensor.Builder input, ByteString... raw) {
    return ModelInferRequest.newBuilder()
        .addInputs(input)
        .addAllRawInputContents(List.of(raw))
        .build();
  }

  private static ByteString framed(ByteString... elements) {
    ByteString all = ByteString.EMPTY;
    for (ByteString element : elements) {
      all = all.concat(littleEndian(element.size())).concat(element);
    }
    return all;
  }

  private static ByteString littleEndian(int value) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).flip());
  }

  @Test
  void imagesThatAreRaw() {
    ModelInferRequest flat = request(input("image", "BYTES", 2L), framed(ONE, TWO));
    ModelInferRequest column = request(input("image", "BYTES", 2L, 1L), framed(ONE, TWO));
    for (ModelInferRequest request : List.of(flat, column)) {
      assertThat(inputs.of(request))
          .containsExactly(new ImageInput.Encoded(ONE), new ImageInput.Encoded(TWO));
    }
  }

  @Test
  void imagesThatAreTyped() {
    InferTensorContents contents =
        InferTensorContents.newBuilder().addBytesContents(ONE).addBytesContents(TWO).build();
    assertThat(inputs.of(request(input("image", "BYTES", 2L).setContents(contents))))
        .containsExactly(new ImageInput.Encoded(ONE), new ImageInput.Encoded(TWO));
  }

  @Test
  void pixelsInBothForms() {
    List<Float> numbers = List.of(0f, 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f, 10f, 11f);
    ByteBuffer bytes = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    numbers.forEach(bytes::putFloat);
    ByteString raw = ByteString.copyFrom(bytes.flip());
    InferInputTensor.Builder input = input("pixels", "FP32", 2L, 1L, 2L, 3L);
    List<ImageInput> expected =
        List.of(
            new ImageInput.Pixels(raw.substring(0, 24)), new ImageInput.Pixels(raw.substring(24)));
    assertThat(inputs.of(request(input, raw))).isEqualTo(expected);
    InferTensorContents contents =
        InferTensorContents.newBuilder().addAllFp32Contents(numbers).build();
    assertThat(inputs.of(request(input.setContents(contents)))).isEqualTo(expected);
  }

  @Test
  void refusesWhatIsNotOneInput() {
    assertRefused(ModelInferRequest.getDefaultInstance(), "inputs", "has 0 entries; a request");
    ModelInferRequest two =
        request(input("image", "BYTES", 1L)).toBuilder().addInputs(input("pixels", "FP32")).build();
    assertRefused(two, "inputs", "has 2 entries; a request has one: image or pixels");
    assertRefused(request(input("x", "BYTES", 1L)), "inputs[0].name", "is 'x'; it is image or");
  }

  @Test
  void refusesWrongTypesAndShapes() {
    assertRefused(
        request(input("image", "FP32", 1L)), "inputs[0].datatype", "is 'FP32'; that of image is");
    assertRefused(
        request(input("image", "BYTES")), "inputs[0].shape", "is []; that of image is [N]");
    assertRefused(
        request(input("image", "BYTES", 2L, 2L)), "inputs[0].shape", "is [2, 2]; that of image");
    assertRefused(
        request(input("pixels", "FP32", 1L, 2L, 1L, 3L)),
        "inputs[0].shape",
        "is [1, 2, 1, 3]; that of pixels is [N, 1, 2, 3]");
    for (long count : List.of(0L, -1L, 65L, Long.MAX_VALUE)) {
      assertRefused(
          request(input("image", "BYTES", count)),
          "inputs[0].shape",
          "is of %d images; a request has 1 to 64".formatted(count));
    }
  }

  @Test
  void refusesContentsThatDoNotFitTheShape() {
    InferInputTensor.Builder two = input("image", "BYTES", 2L);
    assertRefused(
        request(two, framed(ONE)), "raw_input_contents[0]", "has 1 elements; the shape says 2");
    assertRefused(
        request(two, framed(ONE, TWO, ONE, TWO)), "raw_input_contents[0]", "has 3 elements; the");
    assertRefused(request(two), "inputs[0].contents", "has 0 elements; the shape says 2");
    assertRefused(
        request(input("pixels", "FP32", 1L, 1L, 2L, 3L), ONE),
        "raw_input_contents[0]",
        "has 3 bytes; a shape of [1, 1, 2, 3] has 24");
    assertRefused(request(two, ONE, TWO), "raw_input_contents", "has 2 entries; it has one for");
    InferTensorContents contents = InferTensorContents.newBuilder().addBytesContents(ONE).build();
    assertRefused(
        request(input("image", "BYTES", 1L).setContents(contents), framed(ONE)),
        "raw_input_contents",
        "and inputs[0].contents are both set; a request has one of them");
  }

  /** They would be kept with the request, and no limit would count them. */
  @Test
  void refusesValuesOfAnotherDatatype() {
    InferTensorContents both =
        InferTensorContents.newBuilder().addBytesContents(ONE).addFp32Contents(1).build();
    assertRefused(
        request(input("image", "BYTES", 1L).setContents(both)),
        "inputs[0].contents.fp32_contents",
        "is not of the datatype of image");
    assertRefused(
        request(input("pixels", "FP32", 1L, 1L, 2L, 3L).setContents(both)),
        "inputs[0].contents.bytes_contents",
        "is not of the datatype of pixels");
  }

  /** Lengths that are cut off, negative, and beyond the end. */
  @Test
  void refusesElementsThatEndTooEarly() {
    InferInputTensor.Builder two = input("image", "BYTES", 2L);
    for (ByteString rest :
        List.of(
            ByteString.copyFrom(new byte[3]),
            littleEndian(-1),
            littleEndian(Integer.MAX_VALUE),
            littleEndian(7).concat(TWO))) {
      assertRefused(
          request(two, framed(ONE).concat(rest)),
          "raw_input_contents[0]",
          "ends within element 1; each is 4 bytes of length, little-endian, and so many bytes");
    }
  }

  @Test
  void takesAsManyAsItSays() {
    ByteString[] many = Collections.nCopies(64, ONE).toArray(ByteString[]::new);
    assertThat(inputs.of(request(input("image", "BYTES", 64L), framed(many)))).hasSize(64);
  }

  private void assertRefused(ModelInferRequest request, String field, String problem) {
    assertThatThrownBy(() -> inputs.of(request))
        .isInstanceOfSatisfying(
            ServingException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(ServingException.Kind.INVALID_INPUT);
              assertThat(e.field()).contains(field);
              assertThat(e.getMessage()).contains(problem);
            });
  }
}
