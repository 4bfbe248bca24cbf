package dev.vgg16.feature.http.oip;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.vgg16.oip.InferStatistics;
import dev.vgg16.oip.ModelMetadataResponse;
import dev.vgg16.oip.ModelMetadataResponse.TensorMetadata;
import dev.vgg16.oip.ModelStatistics;
import dev.vgg16.oip.ModelStatisticsResponse;
import dev.vgg16.oip.RepositoryIndexResponse;
import dev.vgg16.oip.ServerMetadataResponse;
import dev.vgg16.oip.StatisticDuration;
import java.util.List;
import java.util.function.Function;

/** Descriptions in the protocol's JSON, whose numbers are numbers, other than protobuf's. */
final class ModelJson {

  private ModelJson() {}

  static JsonElement of(ServerMetadataResponse server) {
    JsonObject json = new JsonObject();
    json.addProperty("name", server.getName());
    json.addProperty("version", server.getVersion());
    JsonArray extensions = new JsonArray();
    server.getExtensionsList().forEach(extensions::add);
    extensions.add("binary_tensor_data");
    json.add("extensions", extensions);
    return json;
  }

  static JsonElement of(ModelMetadataResponse model) {
    JsonObject json = new JsonObject();
    json.addProperty("name", model.getName());
    JsonArray versions = new JsonArray();
    model.getVersionsList().forEach(versions::add);
    json.add("versions", versions);
    json.addProperty("platform", model.getPlatform());
    json.add("inputs", list(model.getInputsList(), ModelJson::tensor));
    json.add("outputs", list(model.getOutputsList(), ModelJson::tensor));
    return json;
  }

  private static JsonObject tensor(TensorMetadata tensor) {
    JsonObject json = new JsonObject();
    json.addProperty("name", tensor.getName());
    json.addProperty("datatype", tensor.getDatatype());
    json.add("shape", shape(tensor.getShapeList()));
    if (tensor.getParametersCount() > 0) {
      JsonObject parameters = new JsonObject();
      tensor
          .getParametersMap()
          .forEach(
              (name, value) ->
                  parameters.add(name, JsonParser.parseString(value.getStringParam())));
      json.add("parameters", parameters);
    }
    return json;
  }

  static JsonArray shape(List<Long> shape) {
    JsonArray json = new JsonArray();
    shape.forEach(json::add);
    return json;
  }

  static JsonElement of(RepositoryIndexResponse index) {
    return list(
        index.getModelsList(),
        model -> {
          JsonObject json = new JsonObject();
          json.addProperty("name", model.getName());
          json.addProperty("version", model.getVersion());
          json.addProperty("state", model.getState());
          json.addProperty("reason", model.getReason());
          return json;
        });
  }

  static JsonElement of(ModelStatisticsResponse statistics) {
    JsonObject json = new JsonObject();
    json.add("model_stats", list(statistics.getModelStatsList(), ModelJson::statistics));
    return json;
  }

  private static JsonObject statistics(ModelStatistics model) {
    JsonObject json = new JsonObject();
    json.addProperty("name", model.getName());
    json.addProperty("version", model.getVersion());
    json.addProperty("last_inference", model.getLastInference());
    json.addProperty("inference_count", model.getInferenceCount());
    InferStatistics times = model.getInferenceStats();
    JsonObject durations = new JsonObject();
    durations.add("success", duration(times.getSuccess()));
    durations.add("fail", duration(times.getFail()));
    durations.add("queue", duration(times.getQueue()));
    durations.add("compute_input", duration(times.getComputeInput()));
    durations.add("compute_infer", duration(times.getComputeInfer()));
    durations.add("compute_output", duration(times.getComputeOutput()));
    json.add("inference_stats", durations);
    return json;
  }

  private static JsonObject duration(StatisticDuration duration) {
    JsonObject json = new JsonObject();
    json.addProperty("count", duration.getCount());
    json.addProperty("ns", duration.getNs());
    return json;
  }

  private static <T> JsonArray list(List<T> all, Function<T, JsonObject> toJson) {
    JsonArray json = new JsonArray();
    all.forEach(one -> json.add(toJson.apply(one)));
    return json;
  }
}
