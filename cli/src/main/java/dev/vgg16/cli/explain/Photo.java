package dev.vgg16.cli.explain;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.MetadataException;
import com.drew.metadata.exif.ExifIFD0Directory;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Reads photos and applies their EXIF orientation, as the service does. */
final class Photo {

  private static final int UPRIGHT = 1;

  private Photo() {}

  /**
   * @throws IOException when it can't be read or decoded
   */
  static BufferedImage read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    BufferedImage stored = ImageIO.read(new ByteArrayInputStream(bytes));
    if (stored == null) {
      throw new IOException("this image format can't be decoded here");
    }
    return oriented(stored, orientation(bytes));
  }

  /** EXIF's orientation, 1 to 8. */
  private static int orientation(byte[] bytes) throws IOException {
    try {
      ExifIFD0Directory exif =
          ImageMetadataReader.readMetadata(new ByteArrayInputStream(bytes))
              .getFirstDirectoryOfType(ExifIFD0Directory.class);
      return exif == null || !exif.containsTag(ExifIFD0Directory.TAG_ORIENTATION)
          ? UPRIGHT
          : exif.getInt(ExifIFD0Directory.TAG_ORIENTATION);
    } catch (ImageProcessingException | MetadataException e) {
      return UPRIGHT;
    }
  }

  static BufferedImage oriented(BufferedImage stored, int orientation) {
    if (orientation < 2 || orientation > 8) {
      return stored;
    }
    int right = stored.getWidth() - 1;
    int bottom = stored.getHeight() - 1;
    boolean transposed = orientation >= 5;
    BufferedImage oriented =
        new BufferedImage(
            transposed ? stored.getHeight() : stored.getWidth(),
            transposed ? stored.getWidth() : stored.getHeight(),
            BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < oriented.getHeight(); y++) {
      for (int x = 0; x < oriented.getWidth(); x++) {
        int rgb =
            switch (orientation) {
              case 2 -> stored.getRGB(right - x, y);
              case 3 -> stored.getRGB(right - x, bottom - y);
              case 4 -> stored.getRGB(x, bottom - y);
              case 5 -> stored.getRGB(y, x);
              case 6 -> stored.getRGB(y, bottom - x);
              case 7 -> stored.getRGB(right - y, bottom - x);
              default -> stored.getRGB(right - y, x);
            };
        oriented.setRGB(x, y, rgb);
      }
    }
    return oriented;
  }
}
