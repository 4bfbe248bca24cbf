package dev.vgg16.cli.classify;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.vgg16.cli.images.InputFile;
import dev.vgg16.client.Failure;
import dev.vgg16.client.UploadResult;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.Novelty;
import dev.vgg16.v1.Timing;

/**
 * An outcome as one line of JSON: {@code file}, {@code heads} (each with {@code head}, {@code
 * version}, {@code scores}, {@code novelty}, {@code error}), {@code milliseconds}, {@code timing},
 * {@code error}. Every field is always present.
 */
final class JsonLine {

  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
  private static final double NANOS_PER_MILLI = 1e6;

  private JsonLine() {}

  static String of(UploadResult<InputFile, ClassifyResponse> outcome) {
    JsonObject line = new JsonObject();
    line.addProperty("file", outcome.item().name());
    JsonArray heads = new JsonArray();
    outcome.result().ifPresent(result -> result.getHeadsList().forEach(h -> heads.add(head(h))));
    line.add("heads", heads);
    line.addProperty("milliseconds", Math.round(outcome.nanos() / NANOS_PER_MILLI * 10) / 10.0);
    line.add(
        "timing",
        outcome
            .result()
            .<JsonElement>map(result -> timing(result.getTiming()))
            .orElse(JsonNull.INSTANCE));
    line.add(
        "error", outcome.failure().<JsonElement>map(JsonLine::error).orElse(JsonNull.INSTANCE));
    return GSON.toJson(line);
  }

  private static JsonObject head(HeadScores scores) {
    JsonObject head = new JsonObject();
    head.addProperty("head", scores.getHead());
    head.addProperty("version", scores.getVersion());
    head.addProperty("by_traffic_split", scores.getByTrafficSplit());
    JsonArray classes = new JsonArray();
    scores.getScoresList().forEach(score -> classes.add(score(score)));
    head.add("scores", classes);
    head.add("novelty", scores.hasNovelty() ? novelty(scores.getNovelty()) : JsonNull.INSTANCE);
    head.add("error", scores.hasError() ? error(Failure.of(scores.getError())) : JsonNull.INSTANCE);
    return head;
  }

  private static JsonObject score(ClassScore score) {
    JsonObject json = new JsonObject();
    json.addProperty("label", score.getLabel());
    json.addProperty("index", score.getIndex());
    json.addProperty("score", score.getScore());
    if (score.hasThreshold()) {
      json.addProperty("threshold", score.getThreshold());
    }
    return json;
  }

  private static JsonObject novelty(Novelty novelty) {
    JsonObject json = new JsonObject();
    json.addProperty("distance", novelty.getDistance());
    json.addProperty("threshold", novelty.getThreshold());
    return json;
  }

  private static JsonObject timing(Timing timing) {
    JsonObject json = new JsonObject();
    json.addProperty("decode_us", timing.getDecodeUs());
    json.addProperty("queue_us", timing.getQueueUs());
    json.addProperty("backbone_us", timing.getBackboneUs());
    json.addProperty("head_us", timing.getHeadUs());
    json.addProperty("cached", timing.getCached());
    return json;
  }

  private static JsonObject error(Failure failure) {
    JsonObject json = new JsonObject();
    json.addProperty("code", failure.code());
    json.addProperty("message", failure.message());
    return json;
  }
}
