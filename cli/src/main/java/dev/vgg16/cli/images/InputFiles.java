package dev.vgg16.cli.images;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files that arguments name. A file is used whatever its name; of a directory, all files below
 * it that have the extension of an image, sorted by path. Symbolic links are followed.
 */
public final class InputFiles {

  private static final Pattern IMAGE_NAME =
      Pattern.compile(".+\\.(jpe?g|png|webp)", Pattern.DOTALL);

  private InputFiles() {}

  /**
   * Finds the files. A directory that can't be read is a file with a problem.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static List<InputFile> find(List<Path> arguments) {
    List<InputFile> found = new ArrayList<>();
    for (Path argument : arguments) {
      if (Files.isDirectory(argument)) {
        found.addAll(below(argument));
      } else {
        found.add(InputFile.at(argument));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no images: there is no .jpg, .jpeg, .png or .webp file in " + arguments);
    }
    return List.copyOf(found);
  }

  private static List<InputFile> below(Path directory) {
    List<InputFile> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          directory, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, collect(found));
    } catch (IOException e) {
      found.add(unreadable(directory, e));
    }
    found.sort(Comparator.comparing(InputFile::path));
    return found;
  }

  private static SimpleFileVisitor<Path> collect(List<InputFile> found) {
    return new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (isImage(file)) {
          found.add(InputFile.at(file));
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException e) {
        // A loop leads to a directory that is visited anyway. A dangling link with the name of an
        // image and an unreadable directory are reported.
        if (!(e instanceof FileSystemLoopException) && (isImage(file) || Files.isDirectory(file))) {
          found.add(unreadable(file, e));
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path directory, IOException e) {
        if (e != null) {
          found.add(unreadable(directory, e));
        }
        return FileVisitResult.CONTINUE;
      }
    };
  }

  private static boolean isImage(Path file) {
    return IMAGE_NAME.matcher(file.getFileName().toString().toLowerCase(Locale.ROOT)).matches();
  }

  private static InputFile unreadable(Path file, IOException e) {
    return new InputFile(file, Optional.of(InputFileReader.unreadable(e)));
  }
}
