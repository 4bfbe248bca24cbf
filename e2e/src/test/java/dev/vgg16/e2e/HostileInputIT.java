package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.client.ServiceFailure;
import dev.vgg16.v1.ClassifyResponse;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Malicious image files, the seeds of the fuzzing (make_seeds.py): each gets one clear error or an
 * answer in time, and the next valid request to the same process is answered.
 */
class HostileInputIT {

  private static final Path SEEDS =
      Program.ROOT.resolve(
          "feature-service/src/test/resources/dev/vgg16/feature/image"
              + "/ImageReaderJazzerTestInputs/readsOrRefuses");

  /** Far more than one needs, and far less than the files are designed to cost. */
  private static final int MORE_MEGABYTES = 300;

  private static Services services;
  private static GoodClient good;
  private static int before;
  private static int files;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    services = Services.start();
    good = new GoodClient(services.featureConnection());
    before = services.featureProgram().residentMebibytes();
  }

  @AfterAll
  static void stop() throws IOException {
    try {
      good.report("hostile images", files);
      int after = services.featureProgram().residentMebibytes();
      System.out.printf("memory: %,d MiB before, %,d MiB after%n", before, after);
      assertThat(after).isLessThan(before + MORE_MEGABYTES);
    } finally {
      services.close();
    }
  }

  @ParameterizedTest
  @Timeout(120)
  @CsvSource({
    "bomb.png, '60,000 x 60,000 pixels; at most'",
    "bomb.jpg, '60,000 x 60,000 pixels; at most'",
    "bomb.webp, '16,777,216 x 16,777,216 pixels; at most'",
    "deflated-bomb.png, '60,000 x 60,000 pixels; at most'",
    "long-chunk.png, is a PNG that can't be decoded",
    "short-frame.png, is a PNG that can't be decoded",
    "truncated.jpg, is a JPEG that can't be decoded",
    "truncated.png, is a PNG that can't be decoded",
    "truncated.webp, is a WebP that can't be decoded",
    "still.gif, is a GIF",
    "animated.gif, is a GIF",
    "script.gif, is a GIF",
  })
  void isRefused(String file, String message) throws IOException {
    assertThat(outcome(file)).contains(message);
    good.classify();
  }

  /** Their anomalies are ignored; of an animation the default image is used. */
  @ParameterizedTest
  @Timeout(120)
  @CsvSource({
    "animated.png",
    "animated.webp",
    "archive.jpg",
    "exif-garbage.jpg",
    "hidden-frame.jpg",
    "profile-garbage.jpg",
    "profile-garbage.png",
    "text-bomb.png",
    "deflated.png",
    "turned.png"
  })
  void isAnswered(String file) throws IOException {
    assertThat(outcome(file)).isEmpty();
    good.classify();
  }

  /** All other files, such as those that fuzzing found. */
  @Test
  @Timeout(300)
  void isRefusedOrAnswered() throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.list(SEEDS)) {
      all = found.sorted().toList();
    }
    for (Path file : all) {
      assertThat(outcome(file.getFileName().toString())).doesNotContain("\n").hasSizeLessThan(200);
      good.classify();
    }
    assertThat(all).hasSizeGreaterThan(30);
  }

  /** Empty when it is answered. */
  private static String outcome(String file) throws IOException {
    files++;
    ByteString bytes = Photos.bytes(SEEDS.resolve(file));
    try {
      ClassifyResponse response = services.features().classify(Photos.classify(bytes));
      assertThat(response.getHeads(0).getScoresList()).hasSize(2);
      return "";
    } catch (ServiceFailure e) {
      Status status = Status.fromThrowable(e);
      assertThat(status.getCode()).as(file).isEqualTo(Status.Code.INVALID_ARGUMENT);
      return status.getDescription();
    }
  }
}
