package dev.vgg16.feature;

import dev.vgg16.commandline.OptionHeading;
import dev.vgg16.feature.relay.WireOptions;
import dev.vgg16.inference.onnx.ElementType;
import picocli.CommandLine.Option;

/** The options of the maps that are sent to the heads. */
@OptionHeading("Feature maps on the wire")
final class WireArguments {

  @Option(
      names = "--wire",
      paramLabel = "float32|float16",
      defaultValue = "FLOAT32",
      description =
          "Numbers that are sent to the heads. float16: half the bytes, and scores that differ by "
              + "some 0.0001. Default: float32.")
  private ElementType type;

  @Option(
      names = "--pooled-maps",
      description =
          "Average a batch's maps over height and width before they are sent, when all heads that "
              + "it asks for begin with that pooling: a 25th of the bytes. Other batches are sent "
              + "whole.")
  private boolean pooledMaps;

  WireOptions toOptions() {
    return new WireOptions(type, pooledMaps);
  }
}
