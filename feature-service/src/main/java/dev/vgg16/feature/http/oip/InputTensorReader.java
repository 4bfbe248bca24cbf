package dev.vgg16.feature.http.oip;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.ByteString;
import dev.vgg16.feature.http.Base64Text;
import dev.vgg16.oip.InferParameter;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.oip.ModelInferRequest.InferInputTensor;
import dev.vgg16.service.errors.ServingException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads inputs. Values are bytes after the JSON, or in {@code data}: numbers in arrays of any
 * depth, or images in base64, since JSON has no bytes. They become raw contents.
 */
final class InputTensorReader {

  private static final int MAX_INPUTS = 16;
  private static final int MAX_DIMENSIONS = 16;

  private final JsonReader json;
  private final ByteString bytes;
  private int offset;

  /**
   * @param bytes of the binary tensors, in the order of the inputs
   */
  InputTensorReader(JsonReader json, ByteString bytes) {
    this.json = json;
    this.bytes = bytes;
  }

  /** Reads the next input. */
  void readInto(ModelInferRequest.Builder message) throws IOException {
    if (message.getInputsCount() == MAX_INPUTS) {
      throw ServingException.invalidInput(
          "inputs", "has more than %d entries".formatted(MAX_INPUTS));
    }
    InferInputTensor.Builder input = InferInputTensor.newBuilder();
    Map<String, InferParameter> parameters = new HashMap<>();
    Optional<ByteString> data = Optional.empty();
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "name" -> input.setName(json.nextString());
        case "datatype" -> input.setDatatype(json.nextString());
        case "shape" -> readShape(input);
        case "parameters" -> Parameters.read(json, parameters);
        case "data" -> data = Optional.of(readData());
        default -> json.skipValue();
      }
    }
    json.endObject();
    InferParameter size = parameters.get("binary_data_size");
    message
        .addInputs(input.putAllParameters(parameters))
        .addRawInputContents(
            size != null ? next(size.getInt64Param()) : data.orElse(ByteString.EMPTY));
  }

  private void readShape(InferInputTensor.Builder input) throws IOException {
    json.beginArray();
    while (json.hasNext()) {
      if (input.getShapeCount() == MAX_DIMENSIONS) {
        throw ServingException.invalidInput(
            "inputs.shape", "has more than %d dimensions".formatted(MAX_DIMENSIONS));
      }
      input.addShape(json.nextLong());
    }
    json.endArray();
  }

  private ByteString next(long size) {
    if (size < 0 || size > bytes.size() - offset) {
      throw ServingException.invalidInput(
          "inputs.parameters.binary_data_size",
          "is %d, and %d bytes are left after the JSON (does the header %s have its length?)"
              .formatted(size, bytes.size() - offset, InferRequestReader.HEADER_LENGTH));
    }
    ByteString next = bytes.substring(offset, offset + (int) size);
    offset += (int) size;
    return next;
  }

  /** Checks that each byte belongs to an input. */
  void checkAllRead() {
    if (offset < bytes.size()) {
      throw ServingException.invalidInput(
          "inputs",
          "have binary_data_size of %d bytes in all, and there are %d after the JSON"
              .formatted(offset, bytes.size()));
    }
  }

  private ByteString readData() throws IOException {
    ByteString.Output data = ByteString.newOutput();
    int depth = 0;
    do {
      JsonToken next = json.peek();
      if (next == JsonToken.BEGIN_ARRAY) {
        json.beginArray();
        depth++;
      } else if (next == JsonToken.END_ARRAY) {
        json.endArray();
        depth--;
      } else if (next == JsonToken.STRING) {
        ByteString image = Base64Text.decode("inputs.data", json.nextString());
        writeInt(data, image.size());
        image.writeTo(data);
      } else {
        writeInt(data, Float.floatToRawIntBits((float) json.nextDouble()));
      }
    } while (depth > 0);
    return data.toByteString();
  }

  /** Little-endian. */
  private static void writeInt(ByteString.Output out, int value) {
    out.write(value);
    out.write(value >> 8);
    out.write(value >> 16);
    out.write(value >> 24);
  }
}
