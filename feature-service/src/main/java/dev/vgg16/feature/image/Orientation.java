package dev.vgg16.feature.image;

import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** The orientation of the stored picture: the values of Exif's tag Orientation. */
enum Orientation {
  UPRIGHT(1, false, OptionalInt.empty()),
  MIRRORED(2, false, OptionalInt.of(Flips.COLUMNS)),
  UPSIDE_DOWN(3, false, OptionalInt.of(Flips.BOTH)),
  MIRRORED_UPSIDE_DOWN(4, false, OptionalInt.of(Flips.ROWS)),
  TRANSPOSED(5, true, OptionalInt.empty()),
  TURNED_LEFT(6, true, OptionalInt.of(Flips.COLUMNS)),
  TRANSPOSED_UPSIDE_DOWN(7, true, OptionalInt.of(Flips.BOTH)),
  TURNED_RIGHT(8, true, OptionalInt.of(Flips.ROWS));

  /** The codes of OpenCV's flip. */
  private static final class Flips {
    static final int ROWS = 0;
    static final int COLUMNS = 1;
    static final int BOTH = -1;
  }

  private final int value;
  private final boolean swapsAxes;
  private final OptionalInt flip;

  Orientation(int value, boolean swapsAxes, OptionalInt flip) {
    this.value = value;
    this.swapsAxes = swapsAxes;
    this.flip = flip;
  }

  /** The orientation of a value of the tag; empty when it is not 1 to 8. */
  static Optional<Orientation> of(long value) {
    return Arrays.stream(values()).filter(orientation -> orientation.value == value).findFirst();
  }

  /** Turns the pixels upright, in place. */
  void undo(Mat pixels) {
    if (swapsAxes) {
      opencv_core.transpose(pixels, pixels);
    }
    flip.ifPresent(code -> opencv_core.flip(pixels, pixels, code));
  }
}
