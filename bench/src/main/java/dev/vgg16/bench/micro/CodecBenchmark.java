package dev.vgg16.bench.micro;

import com.google.protobuf.UnsafeByteOperations;
import dev.vgg16.bench.relay.RandomMaps;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Encodes and decodes a message of maps in native memory with gRPC's own marshaller. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CodecBenchmark {

  /** Maps in a message. */
  @Param({"1", "8"})
  private int maps;

  private ScoreStreamRequest message;
  private byte[] bytes;
  private ByteArrayOutputStream out;

  /** Bytes of known length, as gRPC's transport delivers them. */
  private static final class Received extends ByteArrayInputStream implements KnownLength {
    Received(byte[] bytes) {
      super(bytes);
    }
  }

  @Setup
  public void make() {
    ByteBuffer data = ByteBuffer.allocateDirect(maps * RandomMaps.BYTES_OF_ONE);
    data.put(RandomMaps.bytes(maps)).flip();
    message =
        ScoreStreamRequest.newBuilder()
            .setId("1")
            .setRequest(
                ScoreRequest.newBuilder()
                    .setMaps(
                        FeatureMaps.newBuilder()
                            .setBackbone("vgg16-160-tf-d9a27cc1fc7f")
                            .setDataType(DataType.DATA_TYPE_FLOAT32)
                            .setCount(maps)
                            .setData(UnsafeByteOperations.unsafeWrap(data))))
            .build();
    bytes = message.toByteArray();
    out = new ByteArrayOutputStream(bytes.length);
  }

  @Benchmark
  public int serialise() throws IOException {
    out.reset();
    return ((Drainable) HeadServiceGrpc.getScoreStreamMethod().streamRequest(message)).drainTo(out);
  }

  @Benchmark
  public ScoreStreamRequest parse() {
    return HeadServiceGrpc.getScoreStreamMethod().parseRequest(new Received(bytes));
  }
}
