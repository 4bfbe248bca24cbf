package dev.vgg16.feature.backbone;

import dev.vgg16.inference.onnx.CpuSettings;
import dev.vgg16.inference.onnx.CudaSettings;
import dev.vgg16.inference.onnx.ExecutionProvider;
import dev.vgg16.inference.onnx.OnnxModel;
import dev.vgg16.inference.onnx.OpenVinoSettings;
import dev.vgg16.inference.onnx.OpenVinoSettings.ComputeType;
import dev.vgg16.inference.onnx.SessionSettings;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
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
        opener.openAll(
            Stream.concat(
                    Collections.nCopies(count, new CpuSettings(layout.threads(), spinning))
                        .stream(),
                    aloneSettings(layout, threads -> new CpuSettings(threads, spinning)))
                .toList());
    return Sessions.ofAnySize(
        IntStream.range(0, layout.instances()).mapToObj(i -> sessions.get(i % count)).toList(),
        layout.hasAloneSession() ? sessions.get(count) : null,
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
    List<OnnxModel> sessions =
        opener.openAll(
            Stream.concat(
                    Stream.of(
                        new OpenVinoSettings(provider, layout.threads(), layout.instances(), type)),
                    aloneSettings(
                        layout, threads -> new OpenVinoSettings(provider, threads, 1, type)))
                .toList());
    return Sessions.ofAnySize(
        Collections.nCopies(layout.instances(), sessions.get(0)),
        layout.hasAloneSession() ? sessions.get(1) : null,
        IntStream.rangeClosed(1, maxBatch).boxed().toList());
  }

  private static <T extends SessionSettings> Stream<T> aloneSettings(
      SessionLayout layout, IntFunction<T> ofThreads) {
    return layout.hasAloneSession()
        ? Stream.of(ofThreads.apply(layout.aloneThreads()))
        : Stream.empty();
  }

  /**
   * On a GPU, where each batch size has a session. They are opened one after another, since each
   * takes what memory it needs.
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
