package dev.vgg16.feature.backbone;

import dev.vgg16.feature.image.Preprocessing;
import dev.vgg16.inference.manifest.JsonManifest;
import dev.vgg16.inference.manifest.Layer;
import dev.vgg16.inference.manifest.ManifestException;
import dev.vgg16.inference.manifest.ModelFile;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A backbone's description, {@code backbone.json}.
 *
 * @param id architecture and input size, preprocessing, and a digest of the float32 weights; stands
 *     in every head that was trained on its maps
 * @param name architecture and input size
 * @param preprocessing how pixels are scaled
 * @param weightsSha256 digest of the float32 weights
 * @param inputShape height, width, channels
 * @param outputShape height, width, channels of a feature map
 * @param parameters weights and biases
 * @param layers in order
 * @param files the ONNX file of each precision; those that the manifest names, there or not
 */
public record BackboneManifest(
    String id,
    String name,
    Preprocessing preprocessing,
    String weightsSha256,
    List<Integer> inputShape,
    List<Integer> outputShape,
    long parameters,
    List<Layer> layers,
    Map<Precision, ModelFile> files) {

  private static final int CHANNELS = 3;

  /** Those that have files of their own. */
  private static final List<Precision> FILES =
      Arrays.stream(Precision.values()).filter(p -> p.ofFile() == p).toList();

  public BackboneManifest {
    inputShape = List.copyOf(inputShape);
    outputShape = List.copyOf(outputShape);
    layers = List.copyOf(layers);
    files = Map.copyOf(files);
  }

  /**
   * Reads the manifest in a folder.
   *
   * @throws ManifestException when it is missing or wrong; the message names the field
   */
  public static BackboneManifest read(Path folder) {
    JsonManifest json = JsonManifest.read(folder.resolve("backbone.json"));
    return new BackboneManifest(
        json.string("id"),
        json.string("name"),
        preprocessing(json),
        json.sha256("weights_sha256"),
        shape(json, "input", CHANNELS),
        shape(json, "output", 0),
        json.integer("parameters", 1),
        json.layers("layers"),
        files(json));
  }

  /** Bytes of a feature map of float32. */
  public int mapBytes() {
    return outputShape.stream().reduce(Float.BYTES, Math::multiplyExact);
  }

  public int inputHeight() {
    return inputShape.get(0);
  }

  public int inputWidth() {
    return inputShape.get(1);
  }

  /** The file that a precision is computed from, if the manifest names it and it is there. */
  Optional<ModelFile> present(Precision precision) {
    return Optional.ofNullable(files.get(precision.ofFile())).filter(ModelFile::exists);
  }

  private static Preprocessing preprocessing(JsonManifest json) {
    try {
      return Preprocessing.of(json.string("preprocessing"));
    } catch (IllegalArgumentException e) {
      throw json.error("preprocessing", String.valueOf(e.getMessage()));
    }
  }

  /** A shape of three dimensions, the last of them {@code channels} unless that is 0. */
  private static List<Integer> shape(JsonManifest json, String field, int channels) {
    JsonManifest port = json.object(field);
    List<Integer> shape = port.shape("shape");
    if (shape.size() != 3 || (channels > 0 && shape.get(2) != channels)) {
      throw port.error(
          "shape", "must be [height, width, %s]".formatted(channels > 0 ? channels : "channels"));
    }
    if (bytesOf(shape).bitLength() >= Integer.SIZE) {
      throw port.error("shape", "must be of less than 2 GiB of floats, and is " + shape);
    }
    return shape;
  }

  private static BigInteger bytesOf(List<Integer> shape) {
    return shape.stream()
        .map(BigInteger::valueOf)
        .reduce(BigInteger.valueOf(Float.BYTES), BigInteger::multiply);
  }

  private static Map<Precision, ModelFile> files(JsonManifest json) {
    JsonManifest files = json.object("files");
    Map<Precision, ModelFile> found = new EnumMap<>(Precision.class);
    for (Precision precision : FILES) {
      files
          .optionalObject(precision.toString())
          .ifPresent(entry -> found.put(precision, entry.modelFile()));
    }
    if (found.isEmpty()) {
      throw json.error("files", "must name a file for at least one of fp32, fp16, int8");
    }
    return found;
  }
}
