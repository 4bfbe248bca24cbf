package dev.vgg16.bench.micro;

import com.google.protobuf.ByteString;
import dev.vgg16.bench.load.Photos;
import dev.vgg16.feature.backbone.BackboneManifest;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.feature.image.ImageLimits;
import dev.vgg16.feature.image.ImageReader;
import dev.vgg16.inference.onnx.RowBuffer;
import java.io.IOException;
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

/** Decodes a JPEG file in memory to the backbone's input. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ImageBenchmark {

  private static final Path SAMPLES = Path.of("samples");

  /** The photos of samples/, scaled to 400x450 or unchanged. */
  @Param({"400x450", "original"})
  private String photo;

  private ImageReader reader;
  private List<ByteString> files;
  private ByteBuffer row;
  private int next;

  @Setup
  public void open() throws IOException {
    BackboneManifest manifest = BackboneManifest.read(Path.of("models", "backbones", "vgg16-160"));
    reader =
        new ImageReader(
            new ImageLimits(1 << 24, 1 << 26),
            manifest.inputHeight(),
            manifest.inputWidth(),
            manifest.preprocessing());
    files = (photo.equals("original") ? Photos.in(SAMPLES) : Photos.smallOf(SAMPLES)).files();
    row =
        new RowBuffer(1, manifest.inputShape().stream().mapToLong(Integer::longValue).toArray())
            .row(0);
  }

  @Benchmark
  public ByteBuffer decodeAndResize() {
    ByteString file = files.get(next++ % files.size());
    try (ImageReader.Pixels pixels = reader.read(new ImageInput.Encoded(file))) {
      pixels.writeTo(row);
    }
    return row;
  }
}
