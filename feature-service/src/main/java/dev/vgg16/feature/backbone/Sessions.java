package dev.vgg16.feature.backbone;

import ai.onnxruntime.OrtException;
import com.google.common.collect.ImmutableSet;
import dev.vgg16.inference.onnx.OnnxModel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The sessions of a backbone, and which of them a run goes to. Thread-safe. */
final class Sessions implements AutoCloseable {

  private final List<OnnxModel> byInstance;
  private final OnnxModel alone;
  private final AtomicInteger running = new AtomicInteger();

  /** What is done with a session. */
  interface Run {
    void on(OnnxModel session) throws OrtException;
  }

  /**
   * @param byInstance the session of each instance; one session may serve several
   * @param alone for a run that starts while no other is under way; null: its instance's own
   */
  Sessions(List<OnnxModel> byInstance, OnnxModel alone) {
    this.byInstance = List.copyOf(byInstance);
    this.alone = alone;
  }

  int instances() {
    return byInstance.size();
  }

  void run(int instance, Run run) throws OrtException {
    boolean isAlone = running.getAndIncrement() == 0;
    try {
      run.on(isAlone && alone != null ? alone : byInstance.get(instance));
    } finally {
      running.decrementAndGet();
    }
  }

  /** Each session, once. */
  Set<OnnxModel> all() {
    ImmutableSet.Builder<OnnxModel> all = ImmutableSet.<OnnxModel>builder().addAll(byInstance);
    return alone == null ? all.build() : all.add(alone).build();
  }

  @Override
  public void close() {
    all().forEach(OnnxModel::close);
  }
}
