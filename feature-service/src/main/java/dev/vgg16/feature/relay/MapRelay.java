package dev.vgg16.feature.relay;

import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.feature.pipeline.Scorer;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import java.util.List;

/** Sends a batch's maps to the heads, in the form that they are to travel in. */
public final class MapRelay implements Scorer {

  /** Sends one message; {@link HeadClient#score} does. */
  public interface Heads {
    ListenableFuture<ScoreResponse> score(ScoreRequest request, long nanosLeft);
  }

  private final Heads heads;
  private final WireOptions wire;

  public MapRelay(Heads heads, WireOptions wire) {
    this.heads = heads;
    this.wire = wire;
  }

  @Override
  public ListenableFuture<ScoreResponse> score(
      Maps maps, List<MapSelection> selections, long nanosLeft) {
    ScoreRequest request =
        ScoreRequest.newBuilder()
            .setMaps(maps.in(wire.whole()))
            .addAllSelections(selections)
            .build();
    return heads.score(request, nanosLeft);
  }
}
