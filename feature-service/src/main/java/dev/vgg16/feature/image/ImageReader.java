package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/**
 * Turns images into the floats of one backbone: [height, width, 3], row-major, RGB or BGR and
 * scaled as its preprocessing asks. Thread-safe.
 */
public final class ImageReader {

  private static final int CHANNELS = 3;

  /** A PNG of one black pixel. */
  private static final byte[] BLACK_PIXEL =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAA"
                  + "AAAEAAH2FzhVAAAAAElFTkSuQmCC");

  private final HeaderCheck check;
  private final int height;
  private final int width;
  private final PixelRange range;
  private final ImageDecoder decoder;
  private final BilinearResize resize;

  public ImageReader(ImageLimits limits, int height, int width, Preprocessing preprocessing) {
    this.check = new HeaderCheck(limits);
    this.height = height;
    this.width = width;
    this.range = preprocessing.range();
    this.decoder = new ImageDecoder(limits);
    this.resize = new BilinearResize(height, width, preprocessing);
  }

  /**
   * Decodes a small image, so that the decoder's native code is loaded before the first request; a
   * service that can't load it must not start.
   *
   * @throws IllegalStateException when it can't
   */
  public static void warmUp(ImageLimits limits) {
    warmUp(new ImageDecoder(limits));
  }

  static void warmUp(ImageDecoder decoder) {
    try {
      decoder.decode(ByteString.copyFrom(BLACK_PIXEL)).close();
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalStateException("OpenCV can't decode here: " + e, e);
    }
  }

  /** A decoded image, which can be written into a batch quickly. */
  public interface Pixels extends AutoCloseable {

    /**
     * Writes the floats.
     *
     * @param row height * width * 3 floats, native order
     */
    void writeTo(ByteBuffer row);

    @Override
    void close();
  }

  /**
   * Checks an image by its length and header, without decoding it.
   *
   * @return what decoding it will cost
   * @throws ServingException {@code INVALID_INPUT}
   */
  public DecodeCost check(ImageInput input) {
    if (input instanceof ImageInput.Encoded encoded) {
      EncodedImage image = check.open(encoded.bytes());
      return DecodeCost.of(image, check.header(image), encoded.bytes().size());
    }
    checkLength(input.bytes());
    return DecodeCost.NONE;
  }

  /**
   * Decodes an image.
   *
   * @return the pixels; the caller closes them
   * @throws ServingException {@code INVALID_INPUT}
   */
  public Pixels read(ImageInput input) {
    if (input instanceof ImageInput.Encoded encoded) {
      return new Resized(decoder.decode(encoded.bytes()), resize);
    }
    checkLength(input.bytes());
    range.check(input.bytes());
    return new Copied(input.bytes());
  }

  private void checkLength(ByteString pixels) {
    int wanted = height * width * CHANNELS * Float.BYTES;
    if (pixels.size() != wanted) {
      throw ServingException.invalidInput(
          "image.pixels",
          "has %,d bytes; float32 [%d, %d, 3] has %,d"
              .formatted(pixels.size(), height, width, wanted));
    }
  }

  private record Resized(DecodedImage image, BilinearResize resize) implements Pixels {
    @Override
    public void writeTo(ByteBuffer row) {
      resize.write(image, row.asFloatBuffer());
    }

    @Override
    public void close() {
      image.close();
    }
  }

  private record Copied(ByteString pixels) implements Pixels {
    @Override
    public void writeTo(ByteBuffer row) {
      if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
        pixels.copyTo(row);
      } else {
        row.asFloatBuffer()
            .put(pixels.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer());
      }
    }

    @Override
    public void close() {}
  }
}
