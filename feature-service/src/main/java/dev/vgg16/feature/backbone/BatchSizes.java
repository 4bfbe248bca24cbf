package dev.vgg16.feature.backbone;

import java.util.ArrayList;
import java.util.List;

/** The batch sizes for which a GPU has sessions. */
final class BatchSizes {

  private BatchSizes() {}

  /**
   * The powers of two below the largest size, and that one: of a padded batch more than half of the
   * rows are images.
   */
  static List<Integer> upTo(int largest) {
    List<Integer> sizes = new ArrayList<>();
    for (int size = 1; size < largest; size *= 2) {
      sizes.add(size);
    }
    sizes.add(largest);
    return List.copyOf(sizes);
  }

  /**
   * The part of a limit of GPU memory that the session of one of these sizes gets. It needs memory
   * for its weights and workspace, about what 8 images take, and for its images.
   */
  static long share(long limit, int size, List<Integer> sizes, int instances) {
    long all = instances * sizes.stream().mapToLong(BatchSizes::cost).sum();
    // Not limit * cost / all, which could overflow.
    return limit / all * cost(size);
  }

  private static long cost(int size) {
    return size + 8L;
  }
}
