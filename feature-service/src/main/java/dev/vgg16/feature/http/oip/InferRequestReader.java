package dev.vgg16.feature.http.oip;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.ByteString;
import dev.vgg16.feature.http.JsonErrors;
import dev.vgg16.oip.InferParameter;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.oip.ModelInferRequest.InferRequestedOutputTensor;
import dev.vgg16.service.errors.ServingException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the body of an inference: JSON, and after it the bytes of binary tensors, if the header
 * {@code Inference-Header-Content-Length} says where they begin. Token by token, since a tree takes
 * many times the memory of its text. Unknown fields are skipped, as the protocol asks.
 */
final class InferRequestReader {

  static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  private static final int MAX_OUTPUTS = 16;

  private final JsonReader json;
  private final InputTensorReader tensors;
  private final ModelInferRequest.Builder message = ModelInferRequest.newBuilder();
  private final Set<String> binary = new HashSet<>();
  private final Set<String> text = new HashSet<>();

  private InferRequestReader(JsonReader json, ByteString bytes) {
    this.json = json;
    this.tensors = new InputTensorReader(json, bytes);
  }

  /**
   * Reads the body of a request.
   *
   * @param headerLength of the JSON; empty: all is JSON
   */
  static InferInput read(ByteString body, Optional<String> headerLength) {
    int length = headerLength.map(text -> headerLength(body, text)).orElse(body.size());
    JsonReader json =
        new JsonReader(new InputStreamReader(body.substring(0, length).newInput(), UTF_8));
    json.setStrictness(Strictness.STRICT);
    InferRequestReader reader = new InferRequestReader(json, body.substring(length));
    return JsonErrors.told(reader::read);
  }

  private static int headerLength(ByteString body, String length) {
    try {
      int parsed = Integer.parseInt(length);
      if (parsed >= 0 && parsed <= body.size()) {
        return parsed;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw ServingException.invalidInput(
        HEADER_LENGTH, "must be 0 to %d, the body's length".formatted(body.size()));
  }

  private InferInput read() throws IOException {
    Map<String, InferParameter> parameters = new HashMap<>();
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "id" -> message.setId(json.nextString());
        case "parameters" -> Parameters.read(json, parameters);
        case "inputs" -> readInputs();
        case "outputs" -> readOutputs();
        default -> json.skipValue();
      }
    }
    json.endObject();
    tensors.checkAllRead();
    if (json.peek() != JsonToken.END_DOCUMENT) {
      throw ServingException.invalidInput("request", "has more than one JSON value");
    }
    InferParameter all = parameters.get("binary_data_output");
    return new InferInput(
        message.putAllParameters(parameters).build(),
        new OutputForms(all != null && all.getBoolParam(), binary, text));
  }

  private void readInputs() throws IOException {
    json.beginArray();
    while (json.hasNext()) {
      tensors.readInto(message);
    }
    json.endArray();
  }

  private void readOutputs() throws IOException {
    json.beginArray();
    while (json.hasNext()) {
      if (message.getOutputsCount() == MAX_OUTPUTS) {
        throw ServingException.invalidInput(
            "outputs", "has more than %d entries".formatted(MAX_OUTPUTS));
      }
      message.addOutputs(readOutput());
    }
    json.endArray();
  }

  private InferRequestedOutputTensor readOutput() throws IOException {
    InferRequestedOutputTensor.Builder output = InferRequestedOutputTensor.newBuilder();
    Map<String, InferParameter> parameters = new HashMap<>();
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "name" -> output.setName(json.nextString());
        case "parameters" -> Parameters.read(json, parameters);
        default -> json.skipValue();
      }
    }
    json.endObject();
    output.putAllParameters(parameters);
    if (parameters.containsKey("binary_data")) {
      boolean asked = parameters.get("binary_data").getBoolParam();
      boolean unused = (asked ? binary : text).add(output.getName());
    }
    return output.build();
  }
}
