package dev.vgg16.feature.oip;

import static java.util.Objects.requireNonNull;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.ByteString;
import dev.vgg16.feature.api.MethodTelemetry;
import dev.vgg16.feature.image.DecodeCost;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.feature.pipeline.Caller;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.feature.pipeline.ImageJob.ResultSink;
import dev.vgg16.feature.pipeline.ImageTrace;
import dev.vgg16.feature.pipeline.RoutingKey;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.oip.ModelInferRequest;
import dev.vgg16.oip.ModelInferResponse;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.Explain;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.MapSelection;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns a request into a job for each image, and their results into its answer. */
final class ModelInference {

  private static final Status LATE =
      Status.DEADLINE_EXCEEDED.withDescription("the request's deadline or timeout passed");

  private final InferenceApi.Images destination;
  private final InferInputs inputs;
  private final ServedModels models;
  private final List<Integer> mapShape;
  private final InferenceStatistics statistics;
  private final MethodTelemetry telemetry;

  /** Where the answer goes; one of the two is called, once. */
  interface Answer {
    void succeed(ModelInferResponse response);

    void fail(Throwable cause);
  }

  /** An image that was checked. */
  private record CheckedImage(ImageInput input, DecodeCost cost) {}

  /** Makes the job of an image. */
  private interface Job<T> {
    ImageJob of(CheckedImage image, Caller caller, ResultSink<T> sink);
  }

  /**
   * @param mapShape of a feature map: height, width and channels
   */
  ModelInference(
      InferenceApi.Images destination,
      InferInputs inputs,
      ServedModels models,
      List<Integer> mapShape,
      InferenceStatistics statistics,
      MethodTelemetry telemetry) {
    this.destination = destination;
    this.inputs = inputs;
    this.models = models;
    this.mapShape = mapShape;
    this.statistics = statistics;
    this.telemetry = telemetry;
  }

  /** Answers the request, later; a refusal at once. */
  void infer(ModelInferRequest request, Caller caller, Answer answer) {
    CountedAnswer counted = new CountedAnswer(AskedModel.of(request), answer, System.nanoTime());
    try {
      InferOptions options = InferOptions.of(request);
      Caller limited = counted.limitedBy(options, caller);
      if (models.isBackbone(request.getModelName())) {
        models.requireBackboneVersion(request.getModelVersion());
        requireNoHeads(options);
        extract(request, limited, counted);
      } else {
        classify(request, options, limited, counted);
      }
    } catch (RuntimeException e) {
      counted.fail(e);
    }
  }

  private static void requireNoHeads(InferOptions options) {
    if (!options.heads().isEmpty()) {
      throw ServingException.invalidInput(
          "parameters[heads]", "is for heads: ask one of them, not the backbone");
    }
  }

  private void classify(
      ModelInferRequest request, InferOptions options, Caller caller, CountedAnswer answer) {
    InferOutputs outputs = InferOutputs.ofHead(request);
    AskedModel asked = answer.asked;
    MapSelection selection = selection(asked, options, outputs);
    List<CheckedImage> images = images(request);
    // One key for all: an answer has one version of the model.
    long key = RoutingKey.of(options.routingKey(), images.get(0).input().bytes());
    InferCall<HeadScoresList> call =
        InferCall.of(
            images.size(), answer.of(results -> HeadAnswer.of(asked, outputs, options, results)));
    submitAll(
        asked,
        images,
        caller,
        call,
        (image, each, sink) ->
            new ImageJob.Classify(image.input(), image.cost(), each, selection, key, sink));
  }

  private static MapSelection selection(
      AskedModel asked, InferOptions options, InferOutputs outputs) {
    MapSelection.Builder selection =
        MapSelection.newBuilder()
            .addHeads(asked.asHead())
            .addAllHeads(options.heads())
            .setTopK(options.topK())
            .setNovelty(outputs.has(InferOutputs.NOVELTY));
    if (outputs.has(InferOutputs.HEAT_MAP)) {
      selection.setExplain(Explain.newBuilder().setLabel(options.explain().orElse("")));
    }
    return selection.build();
  }

  private void extract(ModelInferRequest request, Caller caller, CountedAnswer answer) {
    InferOutputs outputs = InferOutputs.ofBackbone(request);
    AskedModel asked = answer.asked;
    List<CheckedImage> images = images(request);
    InferCall<ByteString> call =
        new InferCall<>(
            images.size(), answer.of(maps -> features(asked, outputs, maps)), ByteString::size);
    submitAll(
        asked,
        images,
        caller,
        call,
        (image, each, sink) -> new ImageJob.Extract(image.input(), image.cost(), each, sink));
  }

  private ModelInferResponse features(
      AskedModel asked, InferOutputs outputs, List<ByteString> maps) {
    ModelInferResponse.Builder response = asked.answer(ServedModels.BACKBONE_VERSION);
    ByteString bytes = ByteString.copyFrom(maps);
    long[] shape = new long[mapShape.size() + 1];
    shape[0] = maps.size();
    for (int i = 0; i < mapShape.size(); i++) {
      shape[i + 1] = mapShape.get(i);
    }
    outputs
        .outputs()
        .forEach(
            output -> {
              RawTensor tensor =
                  output.name().equals(InferOutputs.FEATURES_FP16)
                      ? RawTensor.halves(output.name(), bytes, shape)
                      : RawTensor.floats(output.name(), bytes, shape);
              response.addOutputs(tensor.description()).addRawOutputContents(tensor.bytes());
            });
    return response.build();
  }

  /** All are checked before any takes a place in the queue. */
  private List<CheckedImage> images(ModelInferRequest request) {
    List<CheckedImage> images = new ArrayList<>();
    for (ImageInput input : inputs.of(request)) {
      try {
        images.add(new CheckedImage(input, destination.reader().check(input)));
      } catch (ServingException e) {
        throw IndexedSink.named(images.size(), e);
      }
    }
    return images;
  }

  private <T> void submitAll(
      AskedModel asked, List<CheckedImage> images, Caller caller, InferCall<T> call, Job<T> job) {
    for (int i = 0; i < images.size() && !call.isEnded(); i++) {
      ImageTrace trace = telemetry.traces().begin(asked.id(), "");
      ResultSink<T> sink =
          new IndexedSink<>(new TracedSink<>(call.sink(i), trace, telemetry.metrics()), i);
      try {
        destination.submit().accept(job.of(images.get(i), ofImage(caller, call, trace), sink));
      } catch (RuntimeException e) {
        sink.fail(e);
      }
    }
  }

  private static Caller ofImage(Caller caller, InferCall<?> call, ImageTrace trace) {
    return new Caller(
        caller.flow(),
        () -> call.isEnded() || caller.cancelled().getAsBoolean(),
        caller.deadline(),
        caller.throttle(),
        trace);
  }

  /** Counts the outcome before it is answered. */
  private final class CountedAnswer {
    private final AskedModel asked;
    private final Answer answer;
    private final long start;
    private @Nullable Caller caller;

    CountedAnswer(AskedModel asked, Answer answer, long start) {
      this.asked = asked;
      this.answer = answer;
      this.start = start;
    }

    /** The caller, whose deadline may be earlier by the request's timeout. */
    Caller limitedBy(InferOptions options, Caller of) {
      Caller limited = options.timeout().map(timeout -> limited(of, timeout)).orElse(of);
      caller = limited;
      return limited;
    }

    <T> InferCall.Answer<T> of(Function<List<T>, ModelInferResponse> response) {
      return new InferCall.Answer<>() {
        @Override
        public void succeed(List<T> results, List<StageTimes> times) {
          try {
            CountedAnswer.this.succeed(response.apply(results), times);
          } catch (RuntimeException | Error e) {
            CountedAnswer.this.fail(e);
          }
        }

        @Override
        public void fail(Throwable cause) {
          CountedAnswer.this.fail(cause);
        }
      };
    }

    private void succeed(ModelInferResponse response, List<StageTimes> times) {
      statistics.succeeded(
          new ModelVersion(response.getModelName(), response.getModelVersion()),
          times,
          System.nanoTime() - start);
      answer.succeed(response);
    }

    void fail(Throwable cause) {
      statistics.failed(asked.model(), System.nanoTime() - start);
      boolean late = isLate();
      if (caller != null) {
        // Other images of the request may still wait.
        destination.removeCancelled().accept(caller.flow());
      }
      if (late) {
        answer.fail(LATE.asException());
      } else if (isNotFound(cause)) {
        failWith(models.explain(asked.model(), cause));
      } else {
        answer.fail(cause);
      }
    }

    /** As head-service says of a head. */
    private static boolean isNotFound(Throwable cause) {
      return cause instanceof StatusRuntimeException e
          && e.getStatus().getCode() == Status.Code.NOT_FOUND;
    }

    private void failWith(ListenableFuture<Throwable> cause) {
      Futures.addCallback(
          cause,
          new FutureCallback<Throwable>() {
            @Override
            public void onSuccess(@Nullable Throwable explained) {
              answer.fail(requireNonNull(explained));
            }

            @Override
            public void onFailure(Throwable unexplained) {
              answer.fail(unexplained);
            }
          },
          MoreExecutors.directExecutor());
    }

    private boolean isLate() {
      return caller != null
          && caller.deadline() != null
          && caller.deadline().isExpired()
          && !caller.cancelled().getAsBoolean();
    }
  }

  private static Caller limited(Caller caller, Duration timeout) {
    Deadline own = Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS);
    Deadline first = caller.deadline() == null ? own : own.minimum(caller.deadline());
    return new Caller(caller.flow(), caller.cancelled(), first, caller.throttle(), caller.trace());
  }
}
