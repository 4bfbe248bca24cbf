package dev.vgg16.e2e;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A picture of one trace, as SVG: a bar for each span, below the bar of its parent. */
final class Waterfall {

  private static final int WIDTH = 640;
  private static final int LEFT = 210;
  private static final int RIGHT = 70;
  private static final int TOP = 52;
  private static final int ROW = 22;
  private static final int INDENT = 14;
  private static final String FEATURE_COLOUR = "#4c78a8";
  private static final String HEAD_COLOUR = "#e45756";

  private final List<ReceivedSpan> spans;
  private final List<Row> rows = new ArrayList<>();
  private final long start;
  private final double nanosPerPixel;

  private record Row(ReceivedSpan span, int depth) {}

  /**
   * @param spans all of one trace
   */
  Waterfall(List<ReceivedSpan> spans) {
    this.spans = spans;
    this.start = spans.stream().mapToLong(ReceivedSpan::start).min().orElseThrow();
    long end = spans.stream().mapToLong(ReceivedSpan::end).max().orElseThrow();
    this.nanosPerPixel = (end - start) / (double) (WIDTH - LEFT - RIGHT);
    spans.stream().filter(this::isRoot).forEach(root -> addRows(root, 0));
  }

  private boolean isRoot(ReceivedSpan span) {
    return spans.stream().noneMatch(other -> other.id().equals(span.parent()));
  }

  private void addRows(ReceivedSpan span, int depth) {
    rows.add(new Row(span, depth));
    spans.stream()
        .filter(child -> child.parent().equals(span.id()))
        .sorted(Comparator.comparingLong(ReceivedSpan::start))
        .forEach(child -> addRows(child, depth + 1));
  }

  String toSvg() {
    int height = TOP + ROW * rows.size() + 12;
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\">",
        WIDTH,
        height);
    add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, height);
    text(svg, WIDTH / 2.0, 18, "middle", "One of four photos that were sent at once");
    legend(svg, LEFT, FEATURE_COLOUR, "feature-service");
    legend(svg, LEFT + 140, HEAD_COLOUR, "head-service");
    for (int i = 0; i < rows.size(); i++) {
      draw(svg, rows.get(i), TOP + ROW * i);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void legend(StringBuilder svg, int x, String colour, String service) {
    add(svg, "<rect x=\"%d\" y=\"30\" width=\"12\" height=\"8\" fill=\"%s\"/>", x, colour);
    text(svg, x + 18, 38, "start", service);
  }

  private void draw(StringBuilder svg, Row row, int y) {
    ReceivedSpan span = row.span();
    double x = LEFT + (span.start() - start) / nanosPerPixel;
    double width = Math.max(1, (span.end() - span.start()) / nanosPerPixel);
    String colour = span.service().equals("head-service") ? HEAD_COLOUR : FEATURE_COLOUR;
    text(svg, 10 + INDENT * row.depth(), y + 15, "start", label(span));
    add(
        svg,
        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
        x,
        y + 4,
        width,
        ROW - 8,
        colour);
    String time = String.format(Locale.ROOT, "%.2f ms", (span.end() - span.start()) / 1e6);
    text(svg, x + width + 5, y + 15, "start", time);
  }

  /** Without the package of gRPC's names. */
  private static String label(ReceivedSpan span) {
    return span.name().replace("vgg16.v1.FeatureService.", "");
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    add(svg, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text);
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
