package dev.vgg16.cli.explain;

import dev.vgg16.v1.HeatMap;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Draws a photo with a heat map over it: dark blue for low values, yellow for high ones. */
final class HeatMapPicture {

  /** Small enough to show several pictures side by side. */
  private static final int LONGEST_SIDE = 512;

  private static final float OPACITY = 0.55f;

  private HeatMapPicture() {}

  static BufferedImage of(BufferedImage photo, HeatMap heat) {
    BufferedImage picture = scaledDown(photo);
    int width = picture.getWidth();
    int height = picture.getHeight();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float value = interpolate(heat, (x + 0.5f) / width, (y + 0.5f) / height);
        picture.setRGB(x, y, Blend.of(picture.getRGB(x, y), Viridis.rgb(value), OPACITY));
      }
    }
    return picture;
  }

  private static BufferedImage scaledDown(BufferedImage photo) {
    double scale =
        Math.min(1, (double) LONGEST_SIDE / Math.max(photo.getWidth(), photo.getHeight()));
    int width = (int) Math.max(1, Math.round(photo.getWidth() * scale));
    int height = (int) Math.max(1, Math.round(photo.getHeight() * scale));
    BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(photo, 0, 0, width, height, null);
    graphics.dispose();
    return scaled;
  }

  /**
   * Interpolates bilinearly between the centres of the cells, which divide the photo evenly.
   *
   * @param x from 0 at the left to 1
   * @param y from 0 at the top to 1
   */
  static float interpolate(HeatMap heat, float x, float y) {
    float column = x * heat.getWidth() - 0.5f;
    float row = y * heat.getHeight() - 0.5f;
    int left = (int) Math.floor(column);
    int above = (int) Math.floor(row);
    float upper = mix(cell(heat, above, left), cell(heat, above, left + 1), column - left);
    float lower = mix(cell(heat, above + 1, left), cell(heat, above + 1, left + 1), column - left);
    return mix(upper, lower, row - above);
  }

  private static float cell(HeatMap heat, int row, int column) {
    int inside = Math.min(heat.getHeight() - 1, Math.max(0, row));
    return heat.getValues(
        inside * heat.getWidth() + Math.min(heat.getWidth() - 1, Math.max(0, column)));
  }

  private static float mix(float first, float second, float share) {
    return first + (second - first) * share;
  }
}
