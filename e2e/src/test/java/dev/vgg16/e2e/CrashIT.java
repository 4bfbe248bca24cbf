package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A crash of native code ends the process: its effects as seen from outside. */
@Timeout(300)
class CrashIT {

  /** 128 plus SIGABRT, the exit code of a crashed JVM. */
  private static final int EXIT_CODE = 134;

  @Test
  void aCrashEndsTheProcessAndItsCallsAtOnce() throws Exception {
    try (Services services = Services.start()) {
      FeatureServiceGrpc.FeatureServiceFutureStub features =
          FeatureServiceGrpc.newFutureStub(services.featureChannel());
      List<ListenableFuture<ClassifyResponse>> calls = new ArrayList<>();
      classify(features, 100, calls);
      assertThat(calls.get(0).get(120, TimeUnit.SECONDS).getHeadsCount()).isEqualTo(1);
      long pid = services.featureProgram().pid();
      // While it is stopped it can't answer them all before the crash, however slow this test is.
      signal("STOP", pid);
      classify(features, 100, calls);
      signal("SEGV", pid);
      long start = System.nanoTime();
      signal("CONT", pid);
      int answered = 0;
      int unavailable = 0;
      for (ListenableFuture<ClassifyResponse> call : calls) {
        Optional<Status.Code> failure = failure(call);
        failure.ifPresent(code -> assertThat(code).isEqualTo(Status.Code.UNAVAILABLE));
        answered += failure.isEmpty() ? 1 : 0;
        unavailable += failure.isPresent() ? 1 : 0;
      }
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      int exitCode = services.featureProgram().await().exitCode();
      System.out.printf(
          "crash: exit code %d; of %d calls %d answered, %d UNAVAILABLE, within %d ms%n",
          exitCode, calls.size(), answered, unavailable, millis);
      assertThat(exitCode).isEqualTo(EXIT_CODE);
      assertThat(unavailable).isPositive();
      assertThat(services.heads().heads().getHeadsList()).isNotEmpty();
    }
  }

  private static Optional<Status.Code> failure(ListenableFuture<ClassifyResponse> call)
      throws Exception {
    try {
      assertThat(call.get(120, TimeUnit.SECONDS).getHeadsCount()).isEqualTo(1);
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(Status.fromThrowable(e.getCause()).getCode());
    }
  }

  private static void classify(
      FeatureServiceGrpc.FeatureServiceFutureStub features,
      int count,
      List<ListenableFuture<ClassifyResponse>> calls)
      throws Exception {
    for (int i = 0; i < count; i++) {
      calls.add(features.classify(Photos.classify(Photos.any())));
    }
  }

  private static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, "" + pid).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
    // The JVM's crash report.
    Program.ROOT.resolve(Path.of("hs_err_pid" + pid + ".log")).toFile().deleteOnExit();
  }
}
