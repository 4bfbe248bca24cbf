package dev.vgg16.feature.image;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.Immutable;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How pixel values are scaled for a backbone, by the names that Keras's {@code
 * imagenet_utils.preprocess_input} gives its modes. Each is an affine map of a channel.
 */
public enum Preprocessing {
  /** RGB, x / 127.5 - 1. */
  TF(
      "x / 127.5 - 1",
      new Channel(0, 1 / 127.5f, -1),
      new Channel(1, 1 / 127.5f, -1),
      new Channel(2, 1 / 127.5f, -1)),

  /** BGR, less the ImageNet mean. */
  CAFFE(
      "BGR, x less ImageNet's mean",
      new Channel(2, 1, -103.939f),
      new Channel(1, 1, -116.779f),
      new Channel(0, 1, -123.68f)),

  /** RGB, x / 255 normalised by the ImageNet mean and standard deviation. */
  TORCH(
      "x / 255 less ImageNet's mean, by its standard deviation",
      new Channel(0, 1 / (255 * 0.229f), -0.485f / 0.229f),
      new Channel(1, 1 / (255 * 0.224f), -0.456f / 0.224f),
      new Channel(2, 1 / (255 * 0.225f), -0.406f / 0.225f));

  /**
   * How one channel of the output is made.
   *
   * @param source the channel of RGB that it is made from
   */
  @Immutable
  record Channel(int source, float scale, float shift) {

    float of(int value) {
      return value * scale + shift;
    }
  }

  private final ImmutableList<Channel> channels;
  private final PixelRange range;

  Preprocessing(String formula, Channel... channels) {
    this.channels = ImmutableList.copyOf(channels);
    this.range =
        new PixelRange(
            (float)
                Arrays.stream(channels).mapToDouble(channel -> channel.of(0)).min().orElseThrow(),
            (float)
                Arrays.stream(channels).mapToDouble(channel -> channel.of(255)).max().orElseThrow(),
            formula);
  }

  /**
   * The mode of this name.
   *
   * @throws IllegalArgumentException when there is none; the message lists those there are
   */
  public static Preprocessing of(String name) {
    return Arrays.stream(values())
        .filter(mode -> mode.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "must be one of "
                        + Arrays.stream(values())
                            .map(Preprocessing::toString)
                            .collect(Collectors.joining(", "))
                        + ", not "
                        + name));
  }

  Channel channel(int index) {
    return channels.get(index);
  }

  /** Of what it makes of values from 0 to 255. */
  PixelRange range() {
    return range;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
