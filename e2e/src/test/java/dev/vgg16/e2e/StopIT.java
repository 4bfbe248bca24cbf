package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.ClassifyStreamRequest;
import dev.vgg16.v1.ClassifyStreamResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** SIGTERM under load. */
class StopIT {

  /**
   * A stream's items are accepted in the order of sending: if every accepted item is answered, the
   * answered items are a prefix without a gap.
   */
  @Test
  void theAcceptedItemsOfAStreamAreAllAnswered() throws Exception {
    try (Services services = Services.start()) {
      ByteString photo = Photos.any();
      StreamAnswers answers = new StreamAnswers();
      StreamObserver<ClassifyStreamRequest> requests =
          services.featureStub().classifyStream(answers);
      int sent = 400;
      for (int i = 0; i < sent; i++) {
        requests.onNext(Photos.item("" + i, photo));
      }
      answers.awaitCount(20);
      services.featureProgram().terminate();
      Map<String, ClassifyStreamResponse> byId = answers.awaitEnd();
      assertThat(answers.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(byId).hasSizeBetween(20, sent - 1);
      for (int i = 0; i < byId.size(); i++) {
        assertThat(byId).containsKey("" + i);
        assertThat(byId.get("" + i).hasResponse()).isTrue();
      }
      assertThat(services.featureProgram().await().exitCode()).isZero();
    }
  }

  @Test
  void callsInFlightAreAnswered() throws Exception {
    try (Services services = Services.start()) {
      ByteString photo = Photos.any();
      FeatureServiceGrpc.FeatureServiceFutureStub stub =
          FeatureServiceGrpc.newFutureStub(services.featureChannel());
      List<ListenableFuture<ClassifyResponse>> calls = new ArrayList<>();
      for (int i = 0; i < 150; i++) {
        calls.add(stub.classify(Photos.classify(photo)));
      }
      awaitCalls(services, calls.size());
      services.featureProgram().terminate();
      for (ListenableFuture<ClassifyResponse> call : calls) {
        assertThat(call.get(120, TimeUnit.SECONDS).getHeadsCount()).isEqualTo(1);
      }
      assertThat(services.featureProgram().await().exitCode()).isZero();
      services.headProgram().terminate();
      assertThat(services.headProgram().await().exitCode()).isZero();
    }
  }

  /** A call that has not arrived may be refused; only calls that have arrived must be answered. */
  private static void awaitCalls(Services services, int count) throws Exception {
    Pattern started =
        Pattern.compile(
            "grpc_server_call_started_total\\{[^}]*FeatureService/Classify\".*} (\\d+)");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      Matcher matcher = started.matcher(services.metrics());
      if (matcher.find() && Integer.parseInt(matcher.group(1)) >= count) {
        return;
      }
      assertThat(System.nanoTime()).as("not all calls arrived").isLessThan(end);
    }
  }
}
