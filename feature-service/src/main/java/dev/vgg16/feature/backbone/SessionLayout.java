package dev.vgg16.feature.backbone;

import dev.vgg16.inference.onnx.ExecutionProvider;

/**
 * How the processors are divided among the runs of a backbone.
 *
 * <p>Under load, as many runs as there are processors, of one thread each, do the most work: no
 * thread waits for another at the end of each layer. A run that is alone would be slow so; it gets
 * all processors.
 *
 * @param instances most runs at a time
 * @param threads of each
 * @param aloneThreads of a run while nothing else is to be done; the same as {@code threads} where
 *     that makes no difference
 */
record SessionLayout(int instances, int threads, int aloneThreads) {

  /**
   * The layout for a provider.
   *
   * @param instances 0: as many as suit the provider
   * @param threads of a run on a CPU; 0: what suits the instances
   */
  static SessionLayout of(ExecutionProvider provider, int instances, int threads, int processors) {
    if (provider instanceof ExecutionProvider.Cuda) {
      // One batch runs while the maps of the one before are handed on.
      return uniform(instances > 0 ? instances : 2, 1);
    }
    if (instances == 0 && threads == 0) {
      return new SessionLayout(processors, 1, processors);
    }
    if (instances == 0) {
      return uniform(Math.max(1, processors / threads), threads);
    }
    return uniform(instances, threads > 0 ? threads : Math.max(1, processors / instances));
  }

  private static SessionLayout uniform(int instances, int threads) {
    return new SessionLayout(instances, threads, threads);
  }

  /** Whether a run that is alone goes to a session of its own. */
  boolean hasAloneSession() {
    return aloneThreads != threads;
  }

  @Override
  public String toString() {
    return "%d instance(s) of %d thread(s)".formatted(instances, threads)
        + (hasAloneSession() ? ", %d threads for a run that is alone".formatted(aloneThreads) : "");
  }
}
