package dev.vgg16.bench.process;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The number of batches run, and of images in them. */
public record BatchCount(double batches, double images) {

  /** Reads it from the feature service's metrics in Prometheus's text format. */
  static BatchCount parse(String metrics) {
    return new BatchCount(
        value(metrics, "vgg16_batch_size_count"), value(metrics, "vgg16_batch_size_sum"));
  }

  /** Mean images per batch since an earlier count. */
  public double meanSizeSince(BatchCount earlier) {
    return (images - earlier.images) / (batches - earlier.batches);
  }

  private static double value(String metrics, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + "(?:\\{.*})? (\\S+)").matcher(metrics);
    // There is no such line before the first batch.
    return line.find() ? Double.parseDouble(line.group(1)) : 0;
  }
}
