package dev.vgg16.cli.explain;

import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.HeadScores;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes {@code PHOTO.HEAD.CLASS.png} for each heat map of a photo, into one folder. */
public final class ExplainedPhotos {

  private final Path folder;

  /**
   * @throws IOException when the folder can't be made
   */
  public ExplainedPhotos(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /**
   * Writes what came of one photo.
   *
   * @throws IOException when the photo can't be read, or a picture not be written
   */
  public void write(Path photo, ClassifyResponse response) throws IOException {
    BufferedImage upright = null;
    for (HeadScores scores : response.getHeadsList()) {
      if (scores.hasHeatMap()) {
        if (upright == null) {
          upright = Photo.read(photo);
        }
        BufferedImage picture = HeatMapPicture.of(upright, scores.getHeatMap());
        ImageIO.write(picture, "png", folder.resolve(name(photo, scores)).toFile());
      }
    }
  }

  /** Photos of the same name from several folders keep apart, and labels are no paths. */
  private static String name(Path photo, HeadScores scores) {
    return "%s.%s.%s.png"
        .formatted(photo.normalize().toString(), scores.getHead(), scores.getHeatMap().getLabel())
        .replaceAll("[^A-Za-z0-9._-]+", "_")
        .replaceAll("^[._]+", "");
  }
}
