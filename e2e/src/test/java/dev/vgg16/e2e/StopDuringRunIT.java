package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.vgg16.v1.HeadServiceGrpc;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGTERM while ONNX Runtime runs a model of head-service for longer than anyone waits. A run that
 * outlives the process's exit crashes it.
 */
@Timeout(600)
class StopDuringRunIT {

  private static final int MAP_FLOATS = 5 * 5 * 512;

  @TempDir private Path folder;
  @TempDir private Path reports;
  private MadeHeads heads;

  @BeforeEach
  void makeHeads() throws Exception {
    heads = new MadeHeads(folder);
  }

  @Test
  void aRequestThatOutlastsTheGraceIsEnded() throws Exception {
    heads.add("endless", "endless-request.onnx", 2);
    try (HeadProgram service = HeadProgram.start(environment(), folder)) {
      ManagedChannel channel =
          ManagedChannelBuilder.forTarget("localhost:" + service.port()).usePlaintext().build();
      ListenableFuture<ScoreResponse> call =
          HeadServiceGrpc.newFutureStub(channel).score(request());
      awaitRun(service.program());
      service.program().terminate();
      assertThat(service.program().await().exitCode()).isZero();
      assertNoCrash();
      assertThat(service.program().err()).contains("calls did not finish", "stopped");
      assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS)).isNotNull();
      channel.shutdownNow();
    }
  }

  @Test
  void aHeadThatIsBeingLoadedIsEnded() throws Exception {
    try (HeadProgram service = HeadProgram.start(environment(), folder)) {
      heads.add("endless", "endless.onnx", 2);
      awaitRun(service.program());
      service.program().terminate();
      assertThat(service.program().await().exitCode()).isZero();
      assertNoCrash();
      assertThat(service.program().err()).contains("stopped");
    }
  }

  @Test
  void aStartIsEnded() throws Exception {
    heads.add("endless", "endless.onnx", 2);
    try (Program program =
        Program.start(
            environment(),
            "head-service",
            "--heads",
            folder.toString(),
            "--port",
            "" + Services.freePorts(1)[0],
            "--management-port",
            "0")) {
      awaitRun(program);
      program.terminate();
      assertThat(program.await().exitCode()).isZero();
      assertNoCrash();
    }
  }

  private Map<String, String> environment() {
    return Map.of(
        "HEAD_SERVICE_GRACE_MS",
        "1000",
        "JAVA_OPTS",
        "-XX:ErrorFile=" + reports.resolve("hs_err_pid%p.log"));
  }

  private static ScoreRequest request() throws IOException {
    ByteBuffer map = ByteBuffer.allocate(MAP_FLOATS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (map.hasRemaining()) {
      map.putFloat(1);
    }
    ScoreRequest zeros =
        HeadProgram.score(
            MadeHeads.backbone(), MapSelection.newBuilder().addHeads("endless").build());
    return zeros.toBuilder()
        .setMaps(zeros.getMaps().toBuilder().setData(ByteString.copyFrom(map.flip())))
        .build();
  }

  /** Waits until a thread of the process is in native code that runs a model. */
  private static void awaitRun(Program program) throws Exception {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      Process dump = new ProcessBuilder(jcmd, "" + program.pid(), "Thread.print").start();
      String threads = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (threads.contains("at ai.onnxruntime.OrtSession.run(Native Method)")) {
        return;
      }
      assertThat(System.nanoTime()).as("no run in\n%s", program.err()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private void assertNoCrash() {
    assertThat(reports).isEmptyDirectory();
  }
}
