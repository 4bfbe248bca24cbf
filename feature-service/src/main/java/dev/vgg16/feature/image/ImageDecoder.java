package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import dev.vgg16.serving.fault.ServingException;
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
    ImageHeader header = ImageHeader.read(file, limits);
    ByteString needed = needed(file, header.format());
    Runnable giveBack = budget.take(header.width() * header.height());
    Mat pixels;
    try {
      pixels = decode(needed, header.format());
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

  /** What the decoder is given of a file; refuses what would cost far more than its size tells. */
  private static ByteString needed(ByteString file, ImageFormat format) {
    if (format == ImageFormat.JPEG && JpegScans.tooMany(file)) {
      throw ImageHeader.invalid(
          "is a JPEG of more than %d scans; real ones have about ten".formatted(JpegScans.MAX));
    }
    return format == ImageFormat.PNG
        ? PngChunks.needed(file).orElseThrow(() -> undecodable(format))
        : file;
  }

  private static Mat decode(ByteString file, ImageFormat format) {
    try (BytePointer bytes = new BytePointer((long) file.size())) {
      file.copyTo(bytes.asByteBuffer());
      try (Mat encoded = new Mat(1, file.size(), opencv_core.CV_8UC1, bytes)) {
        Mat pixels = opencv_imgcodecs.imdecode(encoded, opencv_imgcodecs.IMREAD_COLOR_RGB);
        if (pixels == null || pixels.empty()) {
          throw undecodable(format);
        }
        return pixels;
      }
    } catch (RuntimeException e) {
      if (e instanceof ServingException) {
        throw e;
      }
      // OpenCV's exceptions arrive as plain RuntimeExceptions that name its source lines.
      throw undecodable(format);
    }
  }

  private static ServingException undecodable(ImageFormat format) {
    return ImageHeader.invalid(
        "is a " + format + " that can't be decoded: it is truncated or damaged");
  }
}
