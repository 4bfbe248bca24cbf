package dev.vgg16.e2e;

import com.google.protobuf.ByteString;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.Image;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The photos of {@code samples/}; their names begin with their labels. */
public final class Photos {

  private Photos() {}

  public static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.list(Program.ROOT.resolve("samples"))) {
      return files.filter(file -> file.toString().matches(".*\\.(jpg|png|webp)")).sorted().toList();
    }
  }

  /** {@code cat} or {@code dog}. */
  public static String label(Path photo) {
    return photo.getFileName().toString().replaceFirst("-.*", "");
  }

  public static ByteString bytes(Path photo) throws IOException {
    return ByteString.copyFrom(Files.readAllBytes(photo));
  }

  public static ByteString any() throws IOException {
    return bytes(all().get(0));
  }

  /** A JPEG with comments of at least so many bytes in total. */
  public static ByteString large(int bytes) throws IOException {
    ByteString jpeg = bytes(Program.ROOT.resolve("samples/cat-tabby.jpg"));
    byte[] comment = new byte[2 + 0xFFFF];
    Arrays.fill(comment, (byte) 0xFF);
    comment[1] = (byte) 0xFE;
    ByteString file = jpeg.substring(0, 2);
    for (int left = bytes; left > 0; left -= comment.length) {
      file = file.concat(ByteString.copyFrom(comment));
    }
    return file.concat(jpeg.substring(2));
  }

  public static ClassifyRequest classify(ByteString file, String... heads) {
    return ClassifyRequest.newBuilder()
        .setImage(Image.newBuilder().setEncoded(file))
        .addAllHeads(List.of(heads))
        .build();
  }

  public static ClassifyStreamRequest item(String id, ByteString file, String... heads) {
    return ClassifyStreamRequest.newBuilder().setId(id).setRequest(classify(file, heads)).build();
  }
}
