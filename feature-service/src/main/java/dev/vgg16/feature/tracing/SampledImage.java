package dev.vgg16.feature.tracing;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.google.common.base.Ascii;
import dev.vgg16.feature.pipeline.ImageMetrics.Recorder;
import dev.vgg16.feature.pipeline.ImageTrace;
import dev.vgg16.feature.pipeline.Stage;
import dev.vgg16.feature.pipeline.StageTimes;
import dev.vgg16.service.telemetry.TraceParent;
import io.grpc.Status;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one image: its own, one for the heads, and at the end one for each other stage, from
 * the times that were measured anyway.
 */
final class SampledImage implements ImageTrace {

  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("vgg16.outcome");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<Boolean> CACHED = AttributeKey.booleanKey("vgg16.cached");
  private static final AttributeKey<Long> BATCH_SIZE = AttributeKey.longKey("vgg16.batch.size");

  private final Tracer tracer;
  private final Context context;
  private final Span image;
  private final WallClock clock;
  private final List<SpanContext> sameBatch = new ArrayList<>(1);
  private @Nullable StageTimes times;
  private @Nullable Span heads;
  private boolean ended;

  /**
   * @param context with the image's span
   */
  SampledImage(Tracer tracer, Context context, WallClock clock) {
    this.tracer = tracer;
    this.context = context;
    this.image = Span.fromContext(context);
    this.clock = clock;
  }

  @Override
  public boolean isSampled() {
    return true;
  }

  @Override
  public SpanContext span() {
    return image.getSpanContext();
  }

  @Override
  public void submitted(StageTimes measured) {
    times = measured;
  }

  @Override
  public void inBatch(int size) {
    image.setAttribute(BATCH_SIZE, (long) size);
  }

  @Override
  public void inBatchWith(SpanContext other) {
    sameBatch.add(other);
  }

  @Override
  public String sentToHeads() {
    heads =
        child("heads", requireNonNull(times, "a map without times").mapReady())
            .setSpanKind(SpanKind.CLIENT)
            .startSpan();
    return TraceParent.of(heads.getSpanContext());
  }

  @Override
  public void succeeded(StageTimes measured, Recorder metrics) {
    context.wrap(() -> metrics.answered(measured)).run();
    end(Status.Code.OK, "");
  }

  @Override
  public void failed(Status.Code code, String message) {
    end(code, message);
  }

  private void end(Status.Code code, String message) {
    if (ended) {
      // Its result could not be sent, which is a second outcome.
      return;
    }
    ended = true;
    long now = System.nanoTime();
    addStages(now);
    if (heads != null) {
      setFailure(heads, code, message);
      heads.end(clock.epochNanos(now), NANOSECONDS);
    }
    image.setAttribute(OUTCOME, code.name());
    setFailure(image, code, message);
    image.end(clock.epochNanos(now), NANOSECONDS);
  }

  private static void setFailure(Span span, Status.Code code, String message) {
    if (code != Status.Code.OK) {
      span.setStatus(StatusCode.ERROR, message).setAttribute(ERROR, code.name());
    }
  }

  private void addStages(long now) {
    if (times != null) {
      image.setAttribute(CACHED, times.isCached());
      times.forEachStage(now, this::add);
    }
  }

  private void add(Stage stage, long start, long end) {
    SpanBuilder span = child(Ascii.toLowerCase(stage.name()), start);
    if (stage == Stage.BACKBONE) {
      sameBatch.forEach(span::addLink);
    }
    span.startSpan().end(clock.epochNanos(end), NANOSECONDS);
  }

  private SpanBuilder child(String name, long start) {
    return tracer
        .spanBuilder(name)
        .setParent(context)
        .setStartTimestamp(clock.epochNanos(start), NANOSECONDS);
  }
}
