package dev.vgg16.cli.explain;

/**
 * A perceptually uniform colour map of [0, 1]: matplotlib's viridis (CC0,
 * https://bids.github.io/colormap), sampled at nine points with linear interpolation between them.
 */
final class Viridis {

  private static final int[] COLOURS = {
    0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725
  };

  private Viridis() {}

  /** As 0xRRGGBB. */
  static int rgb(float value) {
    float position = Math.min(1, Math.max(0, value)) * (COLOURS.length - 1);
    int below = Math.min((int) position, COLOURS.length - 2);
    return Blend.of(COLOURS[below], COLOURS[below + 1], position - below);
  }
}
