package dev.vgg16.bench.report;

import static com.google.common.base.Preconditions.checkArgument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * A plot of lines over one axis, as SVG. The vertical axis starts at 0.
 *
 * @param lines at most five, each with at least one point
 */
public record LinePlot(String title, String xLabel, String yLabel, List<Line> lines) {

  private static final List<String> COLOURS =
      List.of("#4c78a8", "#e45756", "#54a24b", "#b279a2", "#f58518");
  private static final int WIDTH = 640;
  private static final int HEIGHT = 360;
  private static final int LEFT = 64;
  private static final int RIGHT = 24;
  private static final int TOP = 40;
  private static final int BOTTOM = 48;

  /** One line. */
  public record Line(String name, List<Point> points) {
    public Line {
      points = List.copyOf(points);
    }
  }

  /** A point of a line. */
  public record Point(double x, double y) {}

  public LinePlot {
    checkArgument(lines.size() <= COLOURS.size(), "%s lines are too many", lines.size());
    lines = List.copyOf(lines);
  }

  /** Writes the plot to a file, and makes its folder. */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.writeString(file, toSvg());
  }

  String toSvg() {
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\">",
        WIDTH,
        HEIGHT);
    add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
    text(svg, WIDTH / 2.0, TOP / 2.0, "middle", title);
    text(svg, WIDTH / 2.0, HEIGHT - 10, "middle", xLabel);
    text(svg, 10, TOP - 8, "start", yLabel);
    drawTicks(svg);
    for (int i = 0; i < lines.size(); i++) {
      draw(svg, lines.get(i), COLOURS.get(i), TOP + 16 * i);
    }
    return svg.append("</svg>\n").toString();
  }

  private void drawTicks(StringBuilder svg) {
    Ticks vertical = Ticks.of(maxY());
    for (double y : vertical.between(0, top())) {
      add(
          svg,
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>",
          LEFT,
          WIDTH - RIGHT,
          toY(y),
          toY(y));
      text(svg, LEFT - 6, toY(y) + 4, "end", vertical.label(y));
    }
    Ticks horizontal = Ticks.of(maxX() - minX());
    for (double x : horizontal.between(minX(), maxX())) {
      text(svg, toX(x), HEIGHT - BOTTOM + 18, "middle", horizontal.label(x));
    }
  }

  private void draw(StringBuilder svg, Line line, String colour, double legendY) {
    String points =
        line.points().stream()
            .map(p -> String.format(Locale.ROOT, "%.1f,%.1f", toX(p.x()), toY(p.y())))
            .collect(Collectors.joining(" "));
    add(
        svg,
        "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>",
        colour,
        points);
    add(
        svg,
        "<rect x=\"%d\" y=\"%.1f\" width=\"12\" height=\"4\" fill=\"%s\"/>",
        LEFT + 12,
        legendY - 4,
        colour);
    text(svg, LEFT + 30, legendY + 2, "start", line.name());
  }

  private double toX(double x) {
    double span = maxX() - minX();
    return LEFT + (span == 0 ? 0 : (x - minX()) / span) * (WIDTH - LEFT - RIGHT);
  }

  private double toY(double y) {
    return HEIGHT - BOTTOM - (top() == 0 ? 0 : y / top()) * (HEIGHT - TOP - BOTTOM);
  }

  private double minX() {
    return all(Point::x).min().orElse(0);
  }

  private double maxX() {
    return all(Point::x).max().orElse(0);
  }

  private double maxY() {
    return all(Point::y).max().orElse(0);
  }

  /** The upper end of the vertical axis. */
  private double top() {
    return Ticks.of(maxY()).ceiling(maxY());
  }

  private DoubleStream all(ToDoubleFunction<Point> coordinate) {
    return lines.stream().flatMap(line -> line.points().stream()).mapToDouble(coordinate);
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    add(
        svg,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        x,
        y,
        anchor,
        text.replace("&", "&amp;").replace("<", "&lt;"));
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
