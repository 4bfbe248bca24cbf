package dev.vgg16.bench.micro;

import dev.vgg16.bench.relay.RandomMaps;
import dev.vgg16.head.DriftMetrics;
import dev.vgg16.head.api.RequestScorer;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.BatchScorer.MapListener;
import dev.vgg16.head.scoring.BatchScorer.ScoreListener;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadSource;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.inference.onnx.OutputForm;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreResponse;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Scores a batch of maps with the project's head on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class HeadBenchmark {

  /** Maps in a batch. */
  @Param({"1", "8", "32"})
  private int maps;

  /** Drift metrics sample one of so many maps; 0: none. */
  @Param({"0", "16"})
  private int driftSample;

  private Head head;
  private BatchScorer batches;
  private RequestScorer scorer;
  private MapBatch batch;

  @Setup
  public void load() {
    HeadManifest manifest = HeadManifest.read(Path.of("models", "heads", "cats-vs-dogs", "1"));
    head = Head.load(manifest, new OpenModels());
    batches = new BatchScorer(ScoreListener.NONE, drift(), maps);
    scorer = new RequestScorer(name -> HeadSource.retained(head), batches);
    batch =
        new MapBatch(
            manifest.backbone(),
            maps,
            OutputForm.PLAIN,
            MapBytes.of(List.of(ByteBuffer.wrap(RandomMaps.bytes(maps)))));
  }

  private MapListener drift() {
    return driftSample == 0
        ? MapListener.NONE
        : new DriftMetrics(OpenTelemetry.noop().getMeter("bench"), List::of, driftSample);
  }

  @TearDown
  public void unload() {
    batches.close();
    head.close();
  }

  @Benchmark
  public ScoreResponse score() {
    return scorer.score(batch, List.of(MapSelection.getDefaultInstance()));
  }

  @Benchmark
  public ScoreResponse scoreWithNovelty() {
    return scorer.score(batch, List.of(MapSelection.newBuilder().setNovelty(true).build()));
  }
}
