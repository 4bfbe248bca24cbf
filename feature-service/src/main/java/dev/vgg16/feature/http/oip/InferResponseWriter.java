package dev.vgg16.feature.http.oip;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.stream.JsonWriter;
import com.google.protobuf.ByteString;
import dev.vgg16.feature.http.Exchange;
import dev.vgg16.oip.ModelInferResponse;
import dev.vgg16.oip.ModelInferResponse.InferOutputTensor;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes the answer of an inference: JSON, and after it the bytes of binary outputs. */
final class InferResponseWriter {

  /** Characters of a number, over its bytes, at most. */
  private static final int TEXT_SIZE = 4;

  private InferResponseWriter() {}

  static void write(Exchange exchange, OutputForms forms, ModelInferResponse response) {
    exchange.reserve((long) TEXT_SIZE * response.getSerializedSize());
    ByteString binary = ByteString.EMPTY;
    for (int i = 0; i < response.getOutputsCount(); i++) {
      if (forms.isBinary(response.getOutputs(i).getName())) {
        binary = binary.concat(response.getRawOutputContents(i));
      }
    }
    ByteString header = json(forms, response);
    if (binary.isEmpty()) {
      exchange.succeed("application/json", header.asReadOnlyByteBuffer());
      return;
    }
    exchange
        .header(InferRequestReader.HEADER_LENGTH, Integer.toString(header.size()))
        .succeed("application/octet-stream", header.concat(binary).asReadOnlyByteBuffer());
  }

  private static ByteString json(OutputForms forms, ModelInferResponse response) {
    ByteString.Output text = ByteString.newOutput();
    try (JsonWriter json = new JsonWriter(new OutputStreamWriter(text, UTF_8))) {
      json.beginObject();
      json.name("model_name").value(response.getModelName());
      json.name("model_version").value(response.getModelVersion());
      if (!response.getId().isEmpty()) {
        json.name("id").value(response.getId());
      }
      json.name("outputs").beginArray();
      for (int i = 0; i < response.getOutputsCount(); i++) {
        InferOutputTensor output = response.getOutputs(i);
        writeOutput(
            json, output, response.getRawOutputContents(i), forms.isBinary(output.getName()));
      }
      json.endArray();
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toByteString();
  }

  private static void writeOutput(
      JsonWriter json, InferOutputTensor output, ByteString values, boolean binary)
      throws IOException {
    json.beginObject();
    json.name("name").value(output.getName());
    json.name("datatype").value(output.getDatatype());
    json.name("shape").beginArray();
    for (long size : output.getShapeList()) {
      json.value(size);
    }
    json.endArray();
    if (binary) {
      json.name("parameters").beginObject();
      json.name("binary_data_size").value(values.size());
      json.endObject();
    } else {
      json.name("data").beginArray();
      writeValues(json, output.getDatatype(), values);
      json.endArray();
    }
    json.endObject();
  }

  private static void writeValues(JsonWriter json, String type, ByteString values)
      throws IOException {
    ByteBuffer next = values.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    while (next.hasRemaining()) {
      if (type.equals("BYTES")) {
        byte[] text = new byte[next.getInt()];
        next.get(text);
        json.value(new String(text, UTF_8));
      } else {
        json.value(next.getFloat());
      }
    }
  }
}
