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
 * <p>What libjpeg can mend (a few wrong bytes, but no missing end) it decodes, with a line of its
 * own on standard error.
 */
final class ImageDecoder {

  /** The orientation is read and undone here, alike in all formats. */
  private static final int AS_STORED_RGB =
      opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;

  private final ImageLimits limits;
  private final PixelBudget budget;

  ImageDecoder(ImageLimits limits) {
    this.limits = limits;
    this.budget = new PixelBudget(limits.maxPixels());
  }

  /**
   * Decodes a file. Waits while too many pixels are being decoded or kept already.
   *
   * @return the pixels; the caller closes them
   * @throws ServingException {@code INVALID_INPUT} when the file is refused by its header or can't
   *     be decoded
   */
  DecodedImage decode(ByteString file) {
    ImageFile image = ImageHeader.open(file, limits);
    ImageHeader header = ImageHeader.read(image, limits);
    Runnable giveBack = budget.take(DecodeCost.of(image, header, file.size()));
    Mat pixels;
    try {
      pixels = decode(image, file.size());
    } catch (RuntimeException | Error e) {
      giveBack.run();
      throw e;
    }
    // Not Mat.createBuffer, which sets up an indexer.
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

  private static Mat decode(ImageFile image, int size) {
    try (BytePointer bytes = new BytePointer((long) size + ImageFile.MAX_ADDED)) {
      ByteBuffer decodable = bytes.asByteBuffer();
      image.writeTo(decodable);
      try (Mat encoded = new Mat(1, decodable.position(), opencv_core.CV_8UC1, bytes)) {
        Mat pixels = opencv_imgcodecs.imdecode(encoded, AS_STORED_RGB);
        if (pixels == null || pixels.empty()) {
          throw ImageHeader.undecodable(image.format());
        }
        return upright(pixels, image.orientation());
      }
    } catch (RuntimeException e) {
      if (e instanceof ServingException) {
        throw e;
      }
      // OpenCV's exceptions arrive as plain RuntimeExceptions that name its source lines.
      throw ImageHeader.undecodable(image.format());
    }
  }

  /** The pixels, which are closed where turning them fails: it may need their memory twice. */
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
