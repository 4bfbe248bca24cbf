package dev.vgg16.feature.pipeline;

import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import java.util.List;

/** Has the maps of a batch scored; {@code relay.MapRelay} does. */
public interface Scorer {

  /** The maps of a batch, as a message in any of its forms; without a copy. */
  interface Maps {
    MapsMessage in(OutputForm form);
  }

  /**
   * @param maps their bytes must stay unchanged until the answer is there
   * @param selections one for each map, or a single one for all
   * @param nanosLeft until the last deadline of the callers
   */
  ListenableFuture<ScoreResponse> score(Maps maps, List<MapSelection> selections, long nanosLeft);
}
