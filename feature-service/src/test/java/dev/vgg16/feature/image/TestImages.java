package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.imageio.ImageIO;

/** Images for tests. */
public final class TestImages {

  static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 22);

  private TestImages() {}

  /** A picture of this type, each pixel another colour. */
  static BufferedImage gradient(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, 0xFF000000 | rgb(x, y));
      }
    }
    return image;
  }

  static int rgb(int x, int y) {
    return (x * 7 & 0xFF) << 16 | (y * 11 & 0xFF) << 8 | (x * y & 0xFF);
  }

  public static ByteString encode(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, bytes)) {
        throw new IllegalArgumentException("no writer for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  /** A PNG of one colour, 0xRRGGBB. */
  public static ByteString plainPng(int width, int height, int rgb) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    return encode(image, "png");
  }

  static ByteString jpeg() {
    return encode(gradient(64, 48, BufferedImage.TYPE_INT_RGB), "jpg");
  }

  static ByteString png() {
    return encode(gradient(64, 48, BufferedImage.TYPE_INT_RGB), "png");
  }

  /** A file of the project's sample photos. */
  static ByteString sample(String name) {
    try {
      return ByteString.copyFrom(Files.readAllBytes(Path.of("..", "samples", name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of the test resources. */
  static ByteString resource(String name) {
    try (InputStream in = TestImages.class.getResourceAsStream("/images/" + name)) {
      return ByteString.readFrom(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ByteString bytes(int... values) {
    ByteString.Output out = ByteString.newOutput();
    for (int value : values) {
      out.write(value);
    }
    return out.toByteString();
  }

  static ByteString hex(String digits) {
    return ByteString.copyFrom(HexFormat.of().parseHex(digits));
  }

  /** What the decoder is given of a file. */
  static ByteString decodable(ByteString file) {
    // In the order of the machine, as native memory comes.
    ByteBuffer decodable =
        ByteBuffer.allocateDirect(file.size() + EncodedImage.MAX_ADDED)
            .order(ByteOrder.nativeOrder());
    EncodedImage.of(file).orElseThrow().writeTo(decodable);
    return ByteString.copyFrom(decodable.flip());
  }
}
