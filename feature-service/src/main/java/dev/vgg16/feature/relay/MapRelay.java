package dev.vgg16.feature.relay;

import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.feature.pipeline.MapsMessage;
import dev.vgg16.feature.pipeline.Scorer;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;

/** Sends a batch's maps to the heads: whole, which every head accepts, or pooled. */
public final class MapRelay implements Scorer {

  /** Sends one message; {@link HeadClient#score} does. */
  public interface Heads {
    ListenableFuture<ScoreResponse> score(ScoreMessage message, long nanosLeft);
  }

  private final Heads heads;
  private final WireOptions wire;
  private final RelayMetrics metrics;

  public MapRelay(Heads heads, WireOptions wire, Meter meter) {
    this.heads = heads;
    this.wire = wire;
    this.metrics = new RelayMetrics(meter, wire);
  }

  @Override
  public ListenableFuture<ScoreResponse> score(
      Maps maps, List<MapSelection> selections, long nanosLeft) {
    return send(maps, wire.whole(), selections, nanosLeft);
  }

  /** Sends pooled maps, which only some heads accept. */
  ListenableFuture<ScoreResponse> scorePooled(
      Maps maps, List<MapSelection> selections, long nanosLeft) {
    return send(maps, wire.pooled(), selections, nanosLeft);
  }

  private ListenableFuture<ScoreResponse> send(
      Maps maps, OutputForm form, List<MapSelection> selections, long nanosLeft) {
    MapsMessage message = maps.in(form);
    metrics.sent(form, message.count());
    return heads.score(new ScoreMessage(message, selections), nanosLeft);
  }
}
