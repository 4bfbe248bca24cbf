package dev.vgg16.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vgg16.v1.ClassifyRequest;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhotosTest {

  private static final Path SAMPLES = Path.of("..", "samples");

  @TempDir private Path folder;

  @Test
  void theSmallOnesHaveTheSizeOfAPhotoOnAPage() throws Exception {
    Photos photos = Photos.smallOf(SAMPLES);
    assertThat(photos.files()).hasSize(5);
    BufferedImage first = ImageIO.read(photos.files().get(0).newInput());
    assertThat(first.getWidth()).isEqualTo(400);
    assertThat(first.getHeight()).isEqualTo(450);
    assertThat(photos.meanKilobytes()).isCloseTo(23, within(10.0));
  }

  @Test
  void takesAnEvenSelectionOfMany() throws Exception {
    for (int i = 0; i < 128; i++) {
      Files.write(folder.resolve("%03d.JPG".formatted(i)), new byte[] {(byte) i});
    }
    Files.writeString(folder.resolve("000.txt"), "no photo");
    List<Byte> taken = Photos.in(folder).files().stream().map(file -> file.byteAt(0)).toList();
    assertThat(taken).hasSize(64).startsWith((byte) 0, (byte) 2).endsWith((byte) 126);
  }

  @Test
  void writesRequestsOneAfterAnother() throws Exception {
    Photos photos = Photos.in(SAMPLES);
    List<ClassifyRequest> read = new ArrayList<>();
    try (InputStream in = Files.newInputStream(photos.writeRequests(List.of("a", "b")))) {
      for (ClassifyRequest next = ClassifyRequest.parseDelimitedFrom(in);
          next != null;
          next = ClassifyRequest.parseDelimitedFrom(in)) {
        read.add(next);
      }
    }
    assertThat(read).isEqualTo(photos.requests(List.of("a", "b")));
    assertThat(read.get(0).getHeadsList()).containsExactly("a", "b");
  }

  @Test
  void saysWhatIsWrongWithAFolder() {
    assertThatThrownBy(() -> Photos.in(folder)).hasMessageContaining("no JPEG file in it");
    assertThatThrownBy(() -> Photos.in(folder.resolve("none")))
        .hasMessageContaining("there is no such folder");
  }
}
