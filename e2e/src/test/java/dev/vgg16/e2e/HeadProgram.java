package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.client.HeadServiceClient;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.DataType;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A head service alone, with a folder of heads. */
final class HeadProgram implements AutoCloseable {

  private static final int MAP_BYTES = 5 * 5 * 512 * Float.BYTES;

  private final Program program;
  private final int port;
  private final ServiceConnection connection;

  private HeadProgram(Program program, int port) {
    this.program = program;
    this.port = port;
    this.connection = ServiceConnection.open("localhost:" + port, ClientSecurityOptions.PLAIN);
  }

  /** Starts it, and returns when it serves. */
  static HeadProgram start(Map<String, String> environment, Path heads)
      throws IOException, InterruptedException {
    int port = Services.freePorts(1)[0];
    Program program =
        Program.start(
            environment,
            "head-service",
            "--heads",
            heads.toString(),
            "--watch-heads-ms",
            "50",
            "--port",
            "" + port,
            "--management-port",
            "0");
    Program.Result health = Program.run("vgg16", "health", "--wait", "90", "localhost:" + port);
    if (health.exitCode() != 0) {
      String log = program.err();
      program.close();
      throw new AssertionError("the head service does not serve:\n" + health + "\n" + log);
    }
    return new HeadProgram(program, port);
  }

  HeadServiceClient client() {
    return HeadServiceClient.on(connection).withTimeout(Services.TIMEOUT);
  }

  /** For Score, which the client library does not have. */
  HeadServiceGrpc.HeadServiceBlockingStub stub() {
    return HeadServiceGrpc.newBlockingStub(connection.channel())
        .withDeadlineAfter(Services.TIMEOUT.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** A request with one map of zeros. */
  static ScoreRequest score(String backbone, MapSelection selection) {
    return ScoreRequest.newBuilder()
        .setMaps(
            FeatureMaps.newBuilder()
                .setBackbone(backbone)
                .setDataType(DataType.DATA_TYPE_FLOAT32)
                .setCount(1)
                .setData(ByteString.copyFrom(new byte[MAP_BYTES])))
        .addSelections(selection)
        .build();
  }

  int port() {
    return port;
  }

  Program program() {
    return program;
  }

  /** Waits until the log has so many lines that contain a text. */
  void await(String text, int lines) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
    while (program.err().lines().filter(line -> line.contains(text)).count() < lines) {
      assertThat(System.nanoTime()).as("%s x %s in %s", lines, text, program.err()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Override
  public void close() {
    connection.close();
    program.close();
  }
}
