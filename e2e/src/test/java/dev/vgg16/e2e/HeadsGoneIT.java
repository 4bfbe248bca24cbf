package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.FeatureServiceGrpc.FeatureServiceFutureStub;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The only head replica is killed, and started again. */
class HeadsGoneIT {

  private static final int CALLS = 20;

  @Test
  void callsFailInTimeAndSucceedOnceItIsBack() throws Exception {
    try (Services services = Services.start("--head-timeout-ms", "5000")) {
      services.headProgram().close();
      // More than once: an earlier failure must not delay a later call.
      for (int i = 0; i < 3; i++) {
        for (ListenableFuture<ClassifyResponse> call : classify(services)) {
          assertThat(failure(call).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
          assertThat(failure(call).getDescription()).contains("no head replica answered");
        }
      }
      services.startHead();
      ClassifyResponse answer = null;
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      while (answer == null && System.nanoTime() < end) {
        answer = answerOf(classify(services).get(0));
      }
      assertThat(answer).isNotNull();
      for (ListenableFuture<ClassifyResponse> call : classify(services)) {
        assertThat(call.get(120, TimeUnit.SECONDS).getHeadsCount()).isEqualTo(1);
      }
    }
  }

  private static List<ListenableFuture<ClassifyResponse>> classify(Services services)
      throws IOException {
    FeatureServiceFutureStub stub = FeatureServiceGrpc.newFutureStub(services.featureChannel());
    List<ListenableFuture<ClassifyResponse>> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      calls.add(stub.classify(Photos.classify(Photos.any())));
    }
    return calls;
  }

  private static Status failure(ListenableFuture<ClassifyResponse> call) throws Exception {
    try {
      return Status.OK.withDescription(call.get(120, TimeUnit.SECONDS).toString());
    } catch (ExecutionException e) {
      return Status.fromThrowable(e);
    }
  }

  private static ClassifyResponse answerOf(ListenableFuture<ClassifyResponse> call)
      throws Exception {
    try {
      return call.get(120, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return null;
    }
  }
}
