package dev.vgg16.bench.scaling;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;

/**
 * Costs that the other parts measured, from their JSON files.
 *
 * @param precision that the feature service was measured in
 * @param processor of the machine that it was measured on
 * @param cores of that
 * @param imagesPerSecond of one feature service there
 * @param frontMillis processor time of the feature service per image, without the backbone
 * @param relayMicros the relay's share of it, per map
 * @param headMicros processor time of the head service per map
 */
public record MeasuredCosts(
    String precision,
    String processor,
    int cores,
    double imagesPerSecond,
    double imageKilobytes,
    double frontMillis,
    double relayMicros,
    double headMicros) {

  private static final int MAPS_PER_MESSAGE = 8;

  /**
   * Reads {@code throughput.json} and {@code relay.json}.
   *
   * @throws IllegalStateException when one is missing
   */
  public static MeasuredCosts read(Path results) throws IOException {
    JsonObject throughput = json(results, "throughput");
    JsonObject machine = throughput.getAsJsonObject("machine");
    JsonObject first = throughput.getAsJsonArray("figures").get(0).getAsJsonObject();
    JsonObject relay = ofEightMaps(json(results, "relay"));
    return new MeasuredCosts(
        first.get("precision").getAsString(),
        machine.get("processor").getAsString(),
        machine.get("cores").getAsInt(),
        median(first, "serviceImagesPerSecond"),
        throughput.getAsJsonObject("options").get("meanImageKilobytes").getAsDouble(),
        median(first, "featureCpuMillis") - median(first, "bareCpuMillis"),
        median(relay, "clientCpuMicros"),
        median(relay, "serverCpuMicros"));
  }

  private static JsonObject json(Path results, String part) throws IOException {
    Path file = results.resolve(part + ".json");
    if (!Files.isRegularFile(file)) {
      throw new IllegalStateException(
          "%s is missing: run `BENCH=%s make bench` first".formatted(file, part));
    }
    return new Gson().fromJson(Files.readString(file), JsonObject.class);
  }

  private static JsonObject ofEightMaps(JsonObject relay) {
    return StreamSupport.stream(relay.getAsJsonArray("figures").spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .filter(figures -> figures.get("mapsPerMessage").getAsInt() == MAPS_PER_MESSAGE)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("relay.json has no messages of 8 maps"))
        .getAsJsonObject("relay");
  }

  private static double median(JsonObject figures, String name) {
    return figures.getAsJsonObject(name).get("median").getAsDouble();
  }
}
