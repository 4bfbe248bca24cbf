package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Decodes JPEG (accurate DCT), PNG and WebP files with OpenCV. EXIF orientation is applied; grey,
 * palette, CMYK and 16-bit images become 8-bit RGB; alpha is dropped; of an animation, the still
 * picture or the first frame is taken. Thread-safe.
 *
 * <p>libjpeg decodes slightly damaged files (a few wrong bytes, but not a missing end), with a
 * warning on standard error.
 */
final class ImageDecoder {

  /** OpenCV must not apply the orientation: that is done here, in the same way for all formats. */
  private static final int AS_STORED_RGB =
      opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

  private final HeaderCheck check;
  private final PixelBudget budget;

  ImageDecoder(ImageLimits limits) {
    this.check = new HeaderCheck(limits);
    this.budget = new PixelBudget(limits.maxPixels());
  }

  /**
   * Decodes a file. Waits while the decoded images that are not closed have too many pixels.
   *
   * @return the pixels; the caller closes them
   * @throws ServingException {@code INVALID_INPUT} when the file is refused by its header or can't
   *     be decoded
   */
  DecodedImage decode(ByteString file) {
    EncodedImage image = check.open(file);
    ImageHeader header = check.header(image);
    Runnable giveBack = budget.take(DecodeCost.of(image, header, file.size()));
    Mat pixels;
    try {
      pixels = decode(image, file.size());
    } catch (RuntimeException | Error e) {
      giveBack.run();
      throw e;
    }
    // Cheaper than Mat.createBuffer, which creates an indexer.
    long size = pixels.total() * pixels.elemSize();
    return new DecodedImage(
        pixels.cols(),
        pixels.rows(),
        pixels.data().capacity(size).asByteBuffer(),
        () -> {
          pixels.close();
          giveBack.run();
        });
  }

  private static Mat decode(EncodedImage image, int size) {
    try (BytePointer bytes = new BytePointer((long) size + EncodedImage.MAX_ADDED)) {
      ByteBuffer input = bytes.asByteBuffer();
      image.writeTo(input);
      try (Mat encoded = new Mat(1, input.position(), opencv_core.CV_8UC1, bytes)) {
        Mat pixels = opencv_imgcodecs.imdecode(encoded, AS_STORED_RGB);
        if (pixels == null || pixels.empty()) {
          throw InvalidImage.undecodable(image);
        }
        return upright(pixels, image.orientation());
      }
    } catch (RuntimeException e) {
      if (e instanceof ServingException) {
        throw e;
      }
      // OpenCV's exceptions arrive as plain RuntimeExceptions that name its source lines.
      throw InvalidImage.undecodable(image);
    }
  }

  /** Turns the pixels, or closes them when that fails: it may need their memory twice. */
  private static Mat upright(Mat pixels, Orientation orientation) {
    try {
      orientation.undo(pixels);
      return pixels;
    } catch (RuntimeException | Error e) {
      pixels.close();
      throw e;
    }
  }
}
