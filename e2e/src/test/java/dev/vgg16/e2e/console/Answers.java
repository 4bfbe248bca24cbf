package dev.vgg16.e2e.console;

import com.google.gson.Gson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Answers of the HTTP API, as its contract has them. */
final class Answers {

  private static final Gson GSON = new Gson();

  /** Rows of 5: most of it in the upper right. */
  private static final List<Double> VALUES =
      IntStream.range(0, 25)
          .mapToObj(cell -> Math.max(0, 1 - 0.25 * (cell / 5 + (4 - cell % 5))))
          .toList();

  static final String BACKBONE =
      json(
          Map.of(
              "id", "vgg16-160-tf",
              "name", "vgg16-160",
              "precision", "int8",
              "executionProvider", "openvino",
              "device", "cpu",
              "maxImageBytes", "200000"));

  static final String HEADS =
      json(
          Map.of(
              "defaultHead",
              "cats-vs-dogs",
              "heads",
              List.of(
                  head("cats-vs-dogs", "1", false, "cat", "dog"),
                  head("cats-vs-dogs", "2", true, "cat", "dog"),
                  head("pets", "1", true, "rabbit", "cat", "dog", "hamster"),
                  simple("shapes", "round", "square"))));

  static final String CAT = scores("cats-vs-dogs", "2", Map.of("cat", 0.9978, "dog", 0.0022), 0.93);

  static final String DOG = scores("cats-vs-dogs", "2", Map.of("dog", 0.83, "cat", 0.17), 2.4);

  private Answers() {}

  static String json(Object value) {
    return GSON.toJson(value);
  }

  static Map<String, Object> head(
      String name, String version, boolean defaultVersion, String... labels) {
    return Map.of(
        "name",
        name,
        "backbone",
        "vgg16-160-tf",
        "version",
        version,
        "defaultVersion",
        defaultVersion,
        "labels",
        labels,
        "parameters",
        "263682",
        "explains",
        true,
        "measuresNovelty",
        true);
  }

  /** A head that scores, and nothing else. */
  private static Map<String, Object> simple(String name, String... labels) {
    Map<String, Object> head = new HashMap<>(head(name, "1", true, labels));
    head.put("explains", false);
    head.put("measuresNovelty", false);
    return head;
  }

  /** A ClassifyResponse of one head. */
  static String scores(String head, String version, Map<String, Double> scores, double distance) {
    return response(List.of(headScores(head, version, scores, distance)));
  }

  static String response(List<Map<String, Object>> heads) {
    Map<String, Integer> timing =
        Map.of("decodeUs", 1200, "queueUs", 400, "backboneUs", 8300, "headUs", 600);
    return json(Map.of("heads", heads, "timing", timing));
  }

  /** Best first. */
  static Map<String, Object> headScores(
      String head, String version, Map<String, Double> scores, double distance) {
    List<Map<String, Object>> sorted =
        scores.entrySet().stream()
            .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
            .map(it -> Map.<String, Object>of("label", it.getKey(), "score", it.getValue()))
            .toList();
    Object best = sorted.get(0).get("label");
    return Map.of(
        "head", head,
        "version", version,
        "scores", sorted,
        "heatMap", Map.of("height", 5, "width", 5, "label", best, "values", VALUES),
        "novelty", Map.of("distance", distance, "threshold", 1.31));
  }

  /** RFC 9457. */
  static String problem(int status, String code, String detail) {
    return json(
        Map.of(
            "type", "about:blank",
            "title", "A title",
            "status", status,
            "code", code,
            "detail", detail));
  }

  /** Of GET /v1/load, after so many images. */
  static String load(int images) {
    return json(
        Map.ofEntries(
            Map.entry("instance", "1f"),
            Map.entry("imagesAnswered", images),
            Map.entry("imagesFailed", 0),
            Map.entry("queued", 3),
            Map.entry("queueCapacity", 512),
            Map.entry("inFlight", 5),
            Map.entry("batches", images / 2),
            Map.entry("batchedImages", images),
            Map.entry(
                "latency",
                Map.of("bounds", List.of(0.01, 0.02, 0.05), "counts", List.of(0, images, 0, 0))),
            Map.entry("headReplicas", 2),
            Map.entry("headReplicasUnavailable", 0),
            Map.entry("executionProvider", "openvino"),
            Map.entry("device", "cpu"),
            Map.entry("precision", "int8"),
            Map.entry("version", "0.2.0")));
  }
}
