package dev.vgg16.head.scoring;

import java.nio.FloatBuffer;

/** How much each cell of a map adds to the score of a class, in [0, 1]. */
public final class HeatMap {

  private final String label;
  private final int height;
  private final int width;
  private final float[] values;

  /**
   * Copies the values.
   *
   * @param start of the cells in the buffer, row by row
   */
  HeatMap(String label, int height, int width, FloatBuffer values, int start) {
    this.label = label;
    this.height = height;
    this.width = width;
    this.values = new float[height * width];
    values.get(start, this.values);
  }

  /** Of the class. */
  public String label() {
    return label;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** How many cells there are. */
  public int cells() {
    return values.length;
  }

  /**
   * The value of a cell.
   *
   * @param cell counted row by row
   */
  public float value(int cell) {
    return values[cell];
  }
}
