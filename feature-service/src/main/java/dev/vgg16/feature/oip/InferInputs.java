package dev.vgg16.feature.oip;

import static dev.vgg16.service.errors.ServingException.invalidInput;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.oip.ModelInferRequest.InferInputTensor;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The images of a request. */
final class InferInputs {

  static final String IMAGE = "image";
  static final String PIXELS = "pixels";

  /** Their results are kept until the last is there. */
  static final int MAX_IMAGES = 64;

  /** Of a request beside its images. */
  private static final int OTHER_BYTES = 1 << 20;

  private static final String CONTENTS = "inputs[0].contents";
  private static final String RAW_CONTENTS = "raw_input_contents[0]";

  /** Of one image as numbers: height, width and channels. */
  private final List<Integer> pixelsShape;

  private final int pixelsBytes;

  /**
   * @param pixelsShape of one image: height, width and channels
   */
  InferInputs(List<Integer> pixelsShape) {
    this.pixelsShape = pixelsShape;
    this.pixelsBytes = pixelsShape.stream().reduce(Float.BYTES, Math::multiplyExact);
  }

  /** The most bytes of a request with pixels. */
  int maxRequestBytes() {
    return Math.addExact(Math.multiplyExact(MAX_IMAGES, pixelsBytes), OTHER_BYTES);
  }

  /**
   * The images, in order; without a copy, unless numbers come as such.
   *
   * @throws ServingException {@code INVALID_INPUT}
   */
  List<ImageInput> of(ModelInferRequest request) {
    if (request.getInputsCount() != 1) {
      throw invalidInput(
          "inputs",
          "has %d entries; a request has one: image or pixels".formatted(request.getInputsCount()));
    }
    InferInputTensor input = request.getInputs(0);
    SharedMemory.refuse("inputs[0]", input.getParametersMap());
    return switch (input.getName()) {
      case IMAGE -> images(request, input);
      case PIXELS -> pixels(request, input);
      default ->
          throw invalidInput(
              "inputs[0].name", "is '%s'; it is image or pixels".formatted(input.getName()));
    };
  }

  private List<ImageInput> images(ModelInferRequest request, InferInputTensor input) {
    requireDatatype(input, "BYTES");
    requireNoOther(input.getContents().getFp32ContentsCount(), "fp32_contents", IMAGE);
    int count = count(input, input.getShapeCount() == 2 ? List.of(1) : List.of());
    List<ByteString> elements =
        isRaw(request)
            ? elements(request.getRawInputContents(0), count)
            : input.getContents().getBytesContentsList();
    requireCount(isRaw(request) ? RAW_CONTENTS : CONTENTS, elements.size(), count);
    return elements.stream().<ImageInput>map(ImageInput.Encoded::new).toList();
  }

  private List<ImageInput> pixels(ModelInferRequest request, InferInputTensor input) {
    requireDatatype(input, "FP32");
    requireNoOther(input.getContents().getBytesContentsCount(), "bytes_contents", PIXELS);
    int count = count(input, pixelsShape);
    ByteString bytes =
        isRaw(request)
            ? request.getRawInputContents(0)
            : littleEndian(input.getContents().getFp32ContentsList());
    if (bytes.size() != count * pixelsBytes) {
      throw invalidInput(
          isRaw(request) ? RAW_CONTENTS : CONTENTS,
          "has %,d bytes; a shape of %s has %,d"
              .formatted(bytes.size(), input.getShapeList(), count * pixelsBytes));
    }
    List<ImageInput> images = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      images.add(new ImageInput.Pixels(bytes.substring(i * pixelsBytes, (i + 1) * pixelsBytes)));
    }
    return images;
  }

  private static void requireDatatype(InferInputTensor input, String wanted) {
    if (!input.getDatatype().equals(wanted)) {
      throw invalidInput(
          "inputs[0].datatype",
          "is '%s'; that of %s is %s".formatted(input.getDatatype(), input.getName(), wanted));
    }
  }

  private static void requireNoOther(int values, String type, String input) {
    if (values > 0) {
      throw invalidInput(CONTENTS + "." + type, "is not of the datatype of " + input);
    }
  }

  /** N, of a shape [N, rest]. */
  private static int count(InferInputTensor input, List<Integer> rest) {
    List<Long> shape = input.getShapeList();
    boolean fits =
        shape.size() == rest.size() + 1
            && shape
                .subList(1, shape.size())
                .equals(rest.stream().map(Integer::longValue).toList());
    if (!fits) {
      throw invalidInput(
          "inputs[0].shape",
          "is %s; that of %s is %s".formatted(shape, input.getName(), wanted(rest)));
    }
    long count = shape.get(0);
    if (count < 1 || count > MAX_IMAGES) {
      throw invalidInput(
          "inputs[0].shape", "is of %d images; a request has 1 to %d".formatted(count, MAX_IMAGES));
    }
    return (int) count;
  }

  private static String wanted(List<Integer> rest) {
    StringBuilder shape = new StringBuilder("[N");
    rest.forEach(size -> shape.append(", ").append(size));
    return shape.append(']').toString();
  }

  /**
   * @throws ServingException when the values come in both forms, or raw for another number of
   *     inputs
   */
  private static boolean isRaw(ModelInferRequest request) {
    int raw = request.getRawInputContentsCount();
    if (raw > 1) {
      throw invalidInput(
          "raw_input_contents",
          "has %d entries; it has one for each input, which is 1".formatted(raw));
    }
    if (raw == 1 && request.getInputs(0).hasContents()) {
      throw invalidInput(
          "raw_input_contents", "and inputs[0].contents are both set; a request has one of them");
    }
    return raw == 1;
  }

  private static void requireCount(String field, int count, int wanted) {
    if (count != wanted) {
      throw invalidInput(field, "has %d elements; the shape says %d".formatted(count, wanted));
    }
  }

  /** Elements of BYTES, each after its length. */
  private static List<ByteString> elements(ByteString raw, int wanted) {
    List<ByteString> elements = new ArrayList<>(wanted);
    ByteBuffer lengths = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int at = 0;
    while (at < raw.size() && elements.size() <= wanted) {
      int left = raw.size() - at - Integer.BYTES;
      int length = left < 0 ? -1 : lengths.getInt(at);
      if (length < 0 || length > left) {
        throw invalidInput(
            RAW_CONTENTS,
            "ends within element %d; each is 4 bytes of length, little-endian, and so many bytes"
                .formatted(elements.size()));
      }
      at += Integer.BYTES;
      elements.add(raw.substring(at, at + length));
      at += length;
    }
    return elements;
  }

  private static ByteString littleEndian(List<Float> values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(bytes::putFloat);
    return ByteString.copyFrom(bytes.flip());
  }
}
