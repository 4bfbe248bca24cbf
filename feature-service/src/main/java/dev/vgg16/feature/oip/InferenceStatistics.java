package dev.vgg16.feature.oip;

import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.oip.InferStatistics;
import dev.vgg16.oip.ModelStatistics;
import dev.vgg16.oip.ModelStatisticsRequest;
import dev.vgg16.oip.ModelStatisticsResponse;
import dev.vgg16.oip.StatisticDuration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/** Counts the requests and images of each model. Thread-safe. */
final class InferenceStatistics {

  /** As many as there can be heads. */
  private static final int MAX_MODELS = 16_384;

  private final InstantSource clock;
  private final Map<ModelVersion, Counts> models = new ConcurrentSkipListMap<>();

  InferenceStatistics(InstantSource clock) {
    this.clock = clock;
  }

  /** How often something took how long. */
  private static final class Total {
    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void add(long took) {
      count.increment();
      nanos.add(took);
    }

    StatisticDuration toMessage() {
      return StatisticDuration.newBuilder().setCount(count.sum()).setNs(nanos.sum()).build();
    }
  }

  /** What is counted of a model. */
  private static final class Counts {
    private final LongAccumulator last = new LongAccumulator(Math::max, 0);
    private final LongAdder images = new LongAdder();
    private final Total succeeded = new Total();
    private final Total failed = new Total();
    private final Total queue = new Total();
    private final Total decode = new Total();
    private final Total backbone = new Total();
    private final Total heads = new Total();

    void add(List<StageTimes> times) {
      images.add(times.size());
      add(queue, times, StageTimes::queue);
      add(decode, times, StageTimes::decode);
      add(backbone, times, StageTimes::backbone);
      add(heads, times, StageTimes::head);
    }

    private static void add(Total total, List<StageTimes> times, ToLongFunction<StageTimes> stage) {
      times.forEach(of -> total.add(stage.applyAsLong(of)));
    }

    ModelStatistics toMessage(ModelVersion model) {
      return ModelStatistics.newBuilder()
          .setName(model.name())
          .setVersion(model.version())
          .setLastInference(last.get())
          .setInferenceCount(images.sum())
          .setInferenceStats(
              InferStatistics.newBuilder()
                  .setSuccess(succeeded.toMessage())
                  .setFail(failed.toMessage())
                  .setQueue(queue.toMessage())
                  .setComputeInput(decode.toMessage())
                  .setComputeInfer(backbone.toMessage())
                  .setComputeOutput(heads.toMessage()))
          .build();
    }
  }

  /**
   * @param answered the version that answered
   * @param took from the request to its answer, nanoseconds
   */
  void succeeded(ModelVersion answered, List<StageTimes> times, long took) {
    Counts counts = models.get(answered);
    if (counts == null) {
      if (models.size() >= MAX_MODELS) {
        return;
      }
      counts = models.computeIfAbsent(answered, first -> new Counts());
    }
    counts.last.accumulate(clock.millis());
    counts.succeeded.add(took);
    counts.add(times);
  }

  /**
   * Counts a failure of a model that has answered before; others may not be there at all.
   *
   * @param asked with the version of the request, which may be empty: then the latest that answered
   */
  void failed(ModelVersion asked, long took) {
    models.entrySet().stream()
        .filter(entry -> asked.isOrHas(entry.getKey()))
        .max((one, other) -> Long.compare(one.getValue().last.get(), other.getValue().last.get()))
        .ifPresent(entry -> entry.getValue().failed.add(took));
  }

  /** Of these models, asked or not. */
  ModelStatisticsResponse of(List<ModelVersion> asked) {
    ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
    asked.stream()
        .sorted()
        .forEach(
            model ->
                response.addModelStats(models.getOrDefault(model, new Counts()).toMessage(model)));
    return response.build();
  }

  /** Empty where none was asked. */
  ModelStatisticsResponse of(ModelStatisticsRequest request) {
    ModelVersion asked = new ModelVersion(request.getName(), request.getVersion());
    ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
    models.forEach(
        (model, counts) -> {
          if (request.getName().isEmpty() || asked.isOrHas(model)) {
            response.addModelStats(counts.toMessage(model));
          }
        });
    return response.build();
  }
}
