package dev.vgg16.feature.backbone;

import dev.vgg16.inference.onnx.CpuSettings;
import dev.vgg16.inference.onnx.CudaSettings;
import dev.vgg16.inference.onnx.ExecutionProvider;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.OpenVinoSettings;
import dev.vgg16.inference.onnx.OpenVinoSettings.ComputeType;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which sessions a backbone has on each execution provider. */
final class ProviderSessions {

  private ProviderSessions() {}

  /** On the CPU provider. */
  static Sessions onCpu(SessionOpener opener, SessionLayout layout, boolean spinning) {
    // A session of one thread runs on its callers' threads, and so serves them all.
    int count = layout.threads() == 1 ? 1 : layout.instances();
    List<OnnxModel> sessions =
        Stream.generate(() -> opener.open(new CpuSettings(layout.threads(), spinning)))
            .limit(count)
            .toList();
    return Sessions.ofAnySize(
        IntStream.range(0, layout.instances()).mapToObj(i -> sessions.get(i % count)).toList(),
        layout.hasAloneSession()
            ? opener.open(new CpuSettings(layout.aloneThreads(), spinning))
            : null,
        List.of(1));
  }

  /**
   * With OpenVINO, which compiles the model for each batch size at its first run.
   *
   * @param maxBatch the largest of them
   */
  static Sessions onOpenVino(
      SessionOpener opener,
      SessionLayout layout,
      ExecutionProvider.OpenVino provider,
      ComputeType type,
      int maxBatch) {
    // One session has a stream for each instance, and so the weights once.
    OnnxModel shared =
        opener.open(new OpenVinoSettings(provider, layout.threads(), layout.instances(), type));
    return Sessions.ofAnySize(
        Collections.nCopies(layout.instances(), shared),
        layout.hasAloneSession()
            ? opener.open(new OpenVinoSettings(provider, layout.aloneThreads(), 1, type))
            : null,
        IntStream.rangeClosed(1, maxBatch).boxed().toList());
  }

  /**
   * On a GPU, where each batch size has a session.
   *
   * @param maxBatch the largest of them
   */
  static Sessions onGpu(
      SessionOpener opener, SessionLayout layout, CudaSettings settings, int maxBatch) {
    List<Integer> sizes = BatchSizes.upTo(maxBatch);
    return Sessions.bySize(
        Stream.generate(() -> bySize(opener, layout, settings, sizes))
            .limit(layout.instances())
            .toList());
  }

  private static Map<Integer, OnnxModel> bySize(
      SessionOpener opener, SessionLayout layout, CudaSettings settings, List<Integer> sizes) {
    ExecutionProvider.Cuda gpu = settings.provider();
    Map<Integer, OnnxModel> bySize = new HashMap<>();
    for (int size : sizes) {
      long limit = BatchSizes.share(gpu.memoryLimit(), size, sizes, layout.instances());
      bySize.put(
          size,
          opener.open(
              new CudaSettings(
                  new ExecutionProvider.Cuda(gpu.id(), limit),
                  settings.fuseConvolutions(),
                  settings.tf32())));
    }
    return bySize;
  }
}
