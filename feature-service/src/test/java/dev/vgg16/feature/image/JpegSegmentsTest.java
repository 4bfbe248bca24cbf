package dev.vgg16.feature.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JpegSegmentsTest {

  private record Segment(int marker, int start, int end) {}

  @ParameterizedTest
  @ValueSource(ints = {2, 20, 300})
  void findsTheMarkersThatASearchByTheByteFinds(int oneInSoMany) {
    Random random = new Random(oneInSoMany);
    int found = 0;
    for (int file = 0; file < 2_000; file++) {
      byte[] bytes = new byte[random.nextInt(600)];
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length; i++) {
        if (random.nextInt(oneInSoMany) == 0) {
          bytes[i] = (byte) (random.nextInt(4) == 0 ? 0 : 0xFF);
        }
      }
      List<Segment> expected = searchByTheByte(bytes);
      found += expected.size();
      ByteString whole = ByteString.copyFrom(bytes);
      assertThat(segments(whole)).isEqualTo(expected);
      assertThat(segments(ByteString.copyFrom(new byte[3]).concat(whole).substring(3)))
          .isEqualTo(expected);
      int cut = bytes.length / 3;
      assertThat(segments(whole.substring(0, cut).concat(whole.substring(cut))))
          .isEqualTo(expected);
    }
    assertThat(found).isGreaterThan(1_000);
  }

  @Test
  void findsAMarkerAtAnyOffsetOfAWord() {
    for (int at = 0; at < 40; at++) {
      byte[] bytes = new byte[60];
      bytes[at] = (byte) 0xFF;
      bytes[at + 1] = (byte) 0xD9;
      assertThat(segments(ByteString.copyFrom(bytes)))
          .containsExactly(new Segment(0xD9, at, at + 2));
    }
  }

  private static List<Segment> segments(ByteString file) {
    List<Segment> all = new ArrayList<>();
    JpegSegments segments = new JpegSegments(file, 0);
    while (segments.next()) {
      all.add(new Segment(segments.marker(), segments.start(), segments.end()));
    }
    return all;
  }

  private static List<Segment> searchByTheByte(byte[] file) {
    List<Segment> all = new ArrayList<>();
    int at = 0;
    while (at < file.length - 1) {
      int marker = file[at + 1] & 0xFF;
      if ((file[at] & 0xFF) != 0xFF || marker == 0 || marker == 0xFF) {
        at++;
        continue;
      }
      int end = at + 2;
      if (marker >= 0xC0 && (marker < 0xD0 || marker > 0xD9)) {
        if (file.length - end < 2) {
          return all;
        }
        end += Math.max(2, ((file[end] & 0xFF) << 8) | (file[end + 1] & 0xFF));
      }
      all.add(new Segment(marker, at, end));
      at = end;
    }
    return all;
  }
}
