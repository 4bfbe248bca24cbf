package dev.vgg16.head.head;

import dev.vgg16.serving.manifest.JsonManifest;
import dev.vgg16.serving.manifest.Layer;
import dev.vgg16.serving.manifest.ManifestException;
import dev.vgg16.serving.manifest.ModelFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A head's description, {@code head.json}.
 *
 * @param name lower-case letters, digits and {@code . _ -}
 * @param version at least 1; a higher one is newer
 * @param backbone the id of the backbone whose maps it was trained on
 * @param labels the classes, in the order of the model's output
 * @param model the ONNX file
 * @param parameters weights and biases
 * @param layers as far as they are listed
 */
public record HeadManifest(
    String name,
    int version,
    String backbone,
    List<String> labels,
    ModelFile model,
    long parameters,
    List<Layer> layers) {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]*");

  public HeadManifest {
    labels = List.copyOf(labels);
    layers = List.copyOf(layers);
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
        json.modelFile(),
        json.integer("parameters", 0),
        json.layers("layers"));
  }

  /** {@code name@version}. */
  public String id() {
    return name + "@" + version;
  }

  private static String name(JsonManifest json) {
    String name = json.string("name");
    if (!NAME.matcher(name).matches()) {
      throw json.error("name", "must match " + NAME + ", and is " + name);
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
    return labels;
  }
}
