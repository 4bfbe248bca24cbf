package dev.vgg16.bench.load;

import com.google.protobuf.ByteString;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.Image;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The JPEG files that the load sends, round-robin. */
public final class Photos {

  private static final int MAX_FILES = 64;

  private final List<ByteString> files;

  private Photos(List<ByteString> files) {
    this.files = List.copyOf(files);
  }

  /**
   * The JPEG files of a folder and the folders in it; of many, 64 spread evenly over them.
   *
   * @throws IllegalArgumentException when there are none
   */
  public static Photos in(Path folder) throws IOException {
    List<Path> paths = jpegs(folder);
    int count = Math.min(MAX_FILES, paths.size());
    List<ByteString> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Path path = paths.get((int) ((long) i * paths.size() / count));
      files.add(ByteString.copyFrom(Files.readAllBytes(path)));
    }
    return new Photos(files);
  }

  /** The JPEG files of a folder, each scaled to 400x450 pixels, about 23 KB. */
  public static Photos smallOf(Path folder) throws IOException {
    List<ByteString> files = new ArrayList<>();
    for (Path path : jpegs(folder)) {
      files.add(SmallJpeg.of(path));
    }
    return new Photos(files);
  }

  private static List<Path> jpegs(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("--images %s: there is no such folder".formatted(folder));
    }
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> found =
          all.filter(path -> path.toString().matches("(?i).*\\.jpe?g")).sorted().toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException("--images %s: no JPEG file in it".formatted(folder));
      }
      return found;
    }
  }

  public List<ByteString> files() {
    return files;
  }

  public double meanKilobytes() {
    return files.stream().mapToInt(ByteString::size).average().orElseThrow() / 1000;
  }

  /** The requests to classify them, in order. */
  public List<ClassifyRequest> requests(List<String> heads) {
    return files.stream()
        .map(
            file ->
                ClassifyRequest.newBuilder()
                    .setImage(Image.newBuilder().setEncoded(file))
                    .addAllHeads(heads)
                    .build())
        .toList();
  }

  /** Writes those requests for ghz: each after its length. */
  public Path writeRequests(List<String> heads) throws IOException {
    Path file = Files.createTempFile("bench-", ".bin");
    file.toFile().deleteOnExit();
    try (OutputStream out = Files.newOutputStream(file)) {
      for (ClassifyRequest request : requests(heads)) {
        request.writeDelimitedTo(out);
      }
    }
    return file;
  }
}
