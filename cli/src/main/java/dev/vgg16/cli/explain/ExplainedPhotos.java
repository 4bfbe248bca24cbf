package dev.vgg16.cli.explain;

import dev.vgg16.cli.images.InputFileReader;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.HeadScores;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** Writes a picture for each heat map of a photo, into one folder. */
public final class ExplainedPhotos {

  private final Path folder;
  private final PictureNames names;

  /**
   * @param photos all photos that {@link #write} may get
   * @throws IllegalArgumentException when the folder can't be created or written
   */
  public ExplainedPhotos(Path folder, List<Path> photos) {
    this.folder = folder;
    this.names = new PictureNames(photos);
    try {
      Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalArgumentException(
          "--explain needs a folder for its pictures, and %s is a file".formatted(e.getFile()), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--explain can't make the folder %s for its pictures: %s"
              .formatted(folder, InputFileReader.unreadable(e).message()),
          e);
    }
    if (!Files.isWritable(folder)) {
      throw new IllegalArgumentException(
          "--explain can't write its pictures into %s: there is no permission".formatted(folder));
    }
  }

  /**
   * Writes the pictures of one photo.
   *
   * @throws IOException when the photo can't be read or a picture can't be written
   */
  public void write(Path photo, ClassifyResponse response) throws IOException {
    BufferedImage upright = null;
    for (HeadScores scores : response.getHeadsList()) {
      if (scores.hasHeatMap()) {
        if (upright == null) {
          upright = Photo.read(photo);
        }
        BufferedImage picture = HeatMapPicture.of(upright, scores.getHeatMap());
        write(picture, names.of(photo, scores.getHead(), scores.getHeatMap().getLabel()));
      }
    }
  }

  private void write(BufferedImage picture, String name) throws IOException {
    try {
      ImageIO.write(picture, "png", folder.resolve(name).toFile());
    } catch (InvalidPathException e) {
      throw new IOException("this locale can't write the file name " + name, e);
    }
  }
}
