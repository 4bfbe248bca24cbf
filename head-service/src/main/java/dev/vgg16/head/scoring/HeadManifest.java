package dev.vgg16.head.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.primitives.Floats;
import dev.vgg16.head.novelty.TrainingFeatures;
import dev.vgg16.inference.manifest.JsonManifest;
import dev.vgg16.inference.manifest.Layer;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.manifest.ModelFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A head's description, {@code head.json}.
 *
 * @param name lower-case letters, digits and {@code . _ -}
 * @param version at least 1; a higher one is newer
 * @param backbone the id of the backbone whose maps it was trained on
 * @param labels the classes, in the order of the model's output
 * @param mapShape height, width and channels of a map; needed where the model leaves them open
 * @param takesPooledMaps whether a map that is averaged over height and width gets the same scores
 *     as the whole one
 * @param model the ONNX file
 * @param parameters weights and biases
 * @param layers as far as they are listed
 * @param features statistics of its training images, if it has them
 * @param explain the ONNX file of its explanation model, if it has one
 * @param thresholds of a head of several labels an image: the score from which each label applies;
 *     else empty
 */
public record HeadManifest(
    String name,
    int version,
    String backbone,
    List<String> labels,
    Optional<List<Integer>> mapShape,
    boolean takesPooledMaps,
    ModelFile model,
    long parameters,
    List<Layer> layers,
    Optional<TrainingFeatures> features,
    Optional<ModelFile> explain,
    List<Float> thresholds) {

  /** Of names. */
  public static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  /** The contract's limit of a name. */
  private static final int MAX_NAME = 100;

  private static final int MAX_LABEL_BYTES = 1024;

  private static final String AVERAGE = "average";

  public HeadManifest {
    labels = List.copyOf(labels);
    layers = List.copyOf(layers);
    thresholds = List.copyOf(thresholds);
  }

  /**
   * Reads the manifest in a folder.
   *
   * @throws ManifestException when it is missing or wrong; the message names the field
   */
  public static HeadManifest read(Path folder) {
    JsonManifest json = JsonManifest.read(folder.resolve("head.json"));
    return new HeadManifest(
        name(json),
        version(json),
        json.string("backbone"),
        labels(json),
        mapShape(json),
        takesPooledMaps(json),
        json.modelFile(),
        json.integer("parameters", 0),
        json.layers("layers"),
        json.optionalObject("features").map(TrainingFeatures::read),
        json.optionalObject("explain").map(JsonManifest::modelFile),
        thresholds(json));
  }

  /**
   * Verifies its files.
   *
   * @throws ManifestException when one is missing, unreadable, outside the folder or of another
   *     digest
   */
  public void verifyFiles() {
    model.verify();
    explain.ifPresent(ModelFile::verify);
  }

  /** {@code name@version}. */
  public String id() {
    return HeadId.of(name, version).toString();
  }

  private static String name(JsonManifest json) {
    String name = json.string("name");
    if (!NAME.matcher(name).matches() || name.length() > MAX_NAME) {
      throw json.error(
          "name",
          "must match %s, have at most %d characters, and is %s".formatted(NAME, MAX_NAME, name));
    }
    return name;
  }

  private static int version(JsonManifest json) {
    long version = json.integer("version", 1);
    if (version > Integer.MAX_VALUE) {
      throw json.error("version", "must be at most " + Integer.MAX_VALUE);
    }
    return (int) version;
  }

  private static List<String> labels(JsonManifest json) {
    List<String> labels = json.strings("labels");
    if (labels.isEmpty() || new HashSet<>(labels).size() != labels.size()) {
      throw json.error("labels", "must be at least one label, each of them once");
    }
    if (labels.stream().anyMatch(label -> label.getBytes(UTF_8).length > MAX_LABEL_BYTES)) {
      throw json.error("labels", "must have at most %,d bytes each".formatted(MAX_LABEL_BYTES));
    }
    return labels;
  }

  private static List<Float> thresholds(JsonManifest json) {
    if (!json.has("thresholds")) {
      return List.of();
    }
    List<Float> thresholds = Floats.asList(json.numbers("thresholds"));
    if (thresholds.size() != json.strings("labels").size()
        || thresholds.stream().anyMatch(each -> each < 0 || each > 1)) {
      throw json.error("thresholds", "must be a number from 0 to 1 for each label, or left out");
    }
    return thresholds;
  }

  private static Optional<List<Integer>> mapShape(JsonManifest json) {
    return json.optionalObject("input").map(HeadManifest::mapShapeOf);
  }

  private static List<Integer> mapShapeOf(JsonManifest input) {
    List<Integer> shape = input.shape("shape");
    if (shape.size() != 3) {
      throw input.error("shape", "must be [height, width, channels], and is " + shape);
    }
    return shape;
  }

  private static boolean takesPooledMaps(JsonManifest json) {
    Optional<String> pooling = json.optionalString("pooling");
    if (pooling.isPresent() && !pooling.get().equals(AVERAGE)) {
      throw json.error("pooling", "must be \"%s\", or left out".formatted(AVERAGE));
    }
    return pooling.isPresent();
  }
}
