package dev.vgg16.cli.explain;

/** Mixes colours. */
final class Blend {

  private Blend() {}

  /**
   * Two colours, 0xRRGGBB.
   *
   * @param share of the second one, in [0, 1]
   */
  static int of(int first, int second, float share) {
    int mixed = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int from = first >> shift & 0xFF;
      int to = second >> shift & 0xFF;
      mixed |= Math.round(from + (to - from) * share) << shift;
    }
    return mixed;
  }
}
