package dev.vgg16.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vgg16.v1.HeatMap;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeatMapPictureTest {

  private static final HeatMap CORNER =
      HeatMap.newBuilder().setHeight(2).setWidth(2).addAllValues(List.of(1f, 0f, 0f, 0f)).build();

  @Test
  void isTheCellsValueInItsMiddleAndBilinearBetween() {
    assertThat(HeatMapPicture.interpolate(CORNER, 0.25f, 0.25f)).isEqualTo(1f);
    assertThat(HeatMapPicture.interpolate(CORNER, 0f, 0f)).isEqualTo(1f);
    assertThat(HeatMapPicture.interpolate(CORNER, 0.75f, 0.75f)).isEqualTo(0f);
    assertThat(HeatMapPicture.interpolate(CORNER, 0.5f, 0.25f)).isCloseTo(0.5f, within(1e-6f));
    assertThat(HeatMapPicture.interpolate(CORNER, 0.5f, 0.5f)).isCloseTo(0.25f, within(1e-6f));
    assertThat(HeatMapPicture.interpolate(CORNER, 1f, 1f)).isEqualTo(0f);
  }

  @Test
  void isYellowWhereItIsHotAndDarkBlueWhereItIsCold() {
    BufferedImage grey = new BufferedImage(40, 20, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 40 * 20; i++) {
      grey.setRGB(i % 40, i / 40, 0x808080);
    }
    BufferedImage picture = HeatMapPicture.of(grey, CORNER);
    assertThat(picture.getWidth()).isEqualTo(40);
    int hot = picture.getRGB(2, 2);
    assertThat(hot >> 16 & 0xFF).isGreaterThan(0xB0);
    assertThat(hot & 0xFF).isLessThan(0x60);
    int cold = picture.getRGB(38, 18);
    assertThat(cold >> 8 & 0xFF).isLessThan(cold & 0xFF);
  }

  @Test
  void makesLargePhotosSmall() {
    BufferedImage large = new BufferedImage(4000, 1000, BufferedImage.TYPE_INT_RGB);
    BufferedImage picture = HeatMapPicture.of(large, CORNER);
    assertThat(picture.getWidth()).isEqualTo(512);
    assertThat(picture.getHeight()).isEqualTo(128);
  }

  /** The stored pixels, row by row, are 1 2 3 / 4 5 6. */
  @ParameterizedTest
  @CsvSource({
    "1, 123 456",
    "2, 321 654",
    "3, 654 321",
    "4, 456 123",
    "5, 14 25 36",
    "6, 41 52 63",
    "7, 63 52 41",
    "8, 36 25 14",
    "9, 123 456"
  })
  void turnsPhotosUpright(int orientation, String wanted) {
    BufferedImage stored = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 6; i++) {
      stored.setRGB(i % 3, i / 3, i + 1);
    }
    BufferedImage oriented = Photo.oriented(stored, orientation);
    StringBuilder rows = new StringBuilder();
    for (int y = 0; y < oriented.getHeight(); y++) {
      rows.append(y == 0 ? "" : " ");
      for (int x = 0; x < oriented.getWidth(); x++) {
        rows.append(oriented.getRGB(x, y) & 0xFF);
      }
    }
    assertThat(rows.toString()).isEqualTo(wanted);
  }
}
