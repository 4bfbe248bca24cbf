package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegFileTest {

  private static final ByteString WHOLE = TestImages.jpeg();

  /** Its beginning and its first segment, JFIF. */
  private static final ByteString START = WHOLE.substring(0, 20);

  private static final ByteString REST = WHOLE.substring(20);

  private final ImageDecoder decoder = new ImageDecoder(TestImages.LIMITS);

  @Test
  void leavesAPlainFileAsItIs() {
    assertThat(TestImages.decodable(WHOLE)).isEqualTo(WHOLE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0xE1, 0xE2, 0xED, 0xEF, 0xFE, 0xDC})
  void leavesOutWhatNoPixelsAreMadeOf(int marker) {
    assertThat(TestImages.decodable(with(segment(marker, ByteString.copyFromUtf8("any")))))
        .isEqualTo(WHOLE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0xE0, 0xEE, 0xC4, 0xCC, 0xDB, 0xDD})
  void keepsWhatTheyMayBeMadeOf(int marker) {
    ByteString file = with(segment(marker, ByteString.copyFromUtf8("any")));
    assertThat(TestImages.decodable(file)).isEqualTo(file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        "0000",
        "00E10008",
        "FF00",
        "FF00FF00",
        "FFFFFF",
        "FF01",
        "FFD3",
        "FFE10000"
      })
  void passesOverWhatBelongsToNothing(String hex) {
    ByteString file = with(TestImages.hex(hex));
    assertThat(TestImages.decodable(file)).isEqualTo(WHOLE);
    assertThat(raw(file)).isEqualTo(raw(WHOLE));
  }

  /** A broken segment may lead into a thumbnail, which is another picture. */
  @ParameterizedTest
  @ValueSource(strings = {"FFD8", "FFD9", "FF02", "FFBF", "FFDE0002", "FFF00002"})
  void givesUpWhereADecoderDoes(String hex) {
    ByteString file = with(TestImages.hex(hex));
    assertThat(new JpegFile(file).header()).isEmpty();
    assertThat(raw(file)).isEmpty();
    assertThatThrownBy(() -> decoder.decode(file).close()).isInstanceOf(ServingException.class);
  }

  @Test
  void readsTheOrientationOfTheFirstSegmentThatTellsIt() {
    ByteString xmp = ByteString.copyFromUtf8("http://ns.adobe.com/xap/1.0/\0<x/>");
    ByteString exif = ByteString.copyFromUtf8(Exif.PREFIX).concat(ExifTest.SIX);
    ByteString empty = exif.substring(0, 20);
    ByteString file =
        with(segment(0xE1, xmp).concat(segment(0xE1, empty)).concat(segment(0xE1, exif)));
    assertThat(new JpegFile(file).orientation()).isEqualTo(Orientation.TURNED_LEFT);
    // Not Exif without its name.
    assertThat(new JpegFile(with(segment(0xE1, ExifTest.SIX))).orientation())
        .isEqualTo(Orientation.UPRIGHT);
  }

  /** They are read before the image is queued, so there must be few. */
  @Test
  void passesOverSoManyBytesAndNoMore() {
    ByteString most = with(ByteString.copyFrom(new byte[JpegSegments.MAX_STRAY]));
    assertThat(TestImages.decodable(most)).isEqualTo(WHOLE);
    for (byte[] stray : new byte[][] {new byte[1 << 20], filled(1 << 20)}) {
      assertThatThrownBy(() -> new JpegFile(with(ByteString.copyFrom(stray))).header())
          .isInstanceOf(ServingException.class)
          .hasMessage(
              "is a JPEG with more than 65,536 bytes between its segments, which belong to none of"
                  + " them");
    }
  }

  /** Bytes 0xFF, which may stand before a marker. */
  private static byte[] filled(int count) {
    byte[] fill = new byte[count];
    Arrays.fill(fill, (byte) 0xFF);
    return fill;
  }

  @Test
  void readsSoManySegmentsAndNoMore() {
    ByteString comment = segment(0xFE, ByteString.EMPTY);
    byte[] many = new byte[comment.size() * (JpegSegments.MAX_SEGMENTS + 1)];
    for (int i = 0; i < many.length; i += comment.size()) {
      comment.copyTo(many, i);
    }
    ByteString most = ByteString.copyFrom(many, 0, comment.size() * 65_000);
    assertThat(TestImages.decodable(with(most))).isEqualTo(WHOLE);
    ByteString file = with(ByteString.copyFrom(many));
    assertThatThrownBy(() -> new JpegFile(file).header())
        .isInstanceOf(ServingException.class)
        .hasMessage("is a JPEG of more than 65,536 segments before its first scan");
  }

  /** The data of scans is not searched for that. */
  @Test
  void countsNothingBehindTheFirstScan() {
    ByteString restarts = ByteString.copyFrom(new byte[1 << 20]);
    ByteString file = WHOLE.substring(0, WHOLE.size() - 2).concat(restarts);
    assertThat(TestImages.decodable(file)).isEqualTo(file);
  }

  /**
   * Anything may stand between the segments, and any byte may be wrong: what libjpeg makes of such
   * a file by itself is what is made of it here, and of what it refuses nothing is made.
   */
  @Test
  void readsWhatLibjpegReads() {
    Random random = new Random(5);
    List<Integer> boundaries = boundaries();
    int decoded = 0;
    for (int i = 0; i < 4_000; i++) {
      ByteString file = damaged(random, boundaries);
      Optional<ByteString> wanted = raw(file);
      decoded += wanted.isPresent() ? 1 : 0;
      assertThat(pixels(file)).as("file %d", i).isEqualTo(wanted);
    }
    assertThat(decoded).as("so that both are tried").isBetween(1_000, 3_000);
  }

  private static List<Integer> boundaries() {
    List<Integer> places = new ArrayList<>();
    JpegSegments segments = new JpegSegments(WHOLE, 2);
    while (segments.next() && segments.marker() != JpegSegments.START_OF_SCAN) {
      places.add(segments.start());
    }
    places.add(segments.start());
    return places;
  }

  private static ByteString damaged(Random random, List<Integer> boundaries) {
    int[] likely = {0xFF, 0xFF, 0xFF, 0x00, 0xC0, 0xD0, 0xD8, 0xD9, 0xDA, 0xE1, 0xFE, 0x01, 0x02};
    ByteString file = WHOLE;
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = boundaries.get(random.nextInt(boundaries.size()));
      ByteString.Output noise = ByteString.newOutput();
      for (int n = random.nextInt(5); n >= 0; n--) {
        noise.write(random.nextInt(3) == 0 ? random.nextInt() : likely[random.nextInt(13)]);
      }
      file = file.substring(0, at).concat(noise.toByteString()).concat(file.substring(at));
    }
    return file;
  }

  /** As OpenCV decodes the file itself. */
  private static Optional<ByteString> raw(ByteString file) {
    try (BytePointer bytes = new BytePointer(file.toByteArray());
        Mat encoded = new Mat(1, file.size(), opencv_core.CV_8UC1, bytes);
        Mat pixels =
            opencv_imgcodecs.imdecode(
                encoded,
                opencv_imgcodecs.IMREAD_COLOR_RGB | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION)) {
      if (pixels.empty()) {
        return Optional.empty();
      }
      long size = pixels.total() * pixels.elemSize();
      return Optional.of(ByteString.copyFrom(pixels.data().capacity(size).asByteBuffer()));
    }
  }

  private Optional<ByteString> pixels(ByteString file) {
    try (DecodedImage image = decoder.decode(file)) {
      return Optional.of(ByteString.copyFrom(image.rgb()));
    } catch (ServingException e) {
      return Optional.empty();
    }
  }

  private static ByteString with(ByteString more) {
    return START.concat(more).concat(REST);
  }

  private static ByteString segment(int marker, ByteString data) {
    int length = data.size() + 2;
    return TestImages.bytes(0xFF, marker, length >> 8, length & 0xFF).concat(data);
  }
}
