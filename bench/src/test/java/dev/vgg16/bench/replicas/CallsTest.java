package dev.vgg16.bench.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vgg16.bench.replicas.BalancedCalls.Call;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CallsTest {

  private static final Calls CALLS =
      new Calls(
          List.of(
              new Call(0.5, 10, Status.Code.OK),
              new Call(1.5, 20, Status.Code.OK),
              new Call(1.6, 5_000, Status.Code.UNAVAILABLE)));

  @Test
  void failuresCountByTheirCode() {
    assertThat(CALLS.failureCount()).isEqualTo(1);
    assertThat(CALLS.failures()).isEqualTo(Map.of(Status.Code.UNAVAILABLE, 1L));
  }

  @Test
  void theLatenciesOfATimeLeaveFailuresOut() {
    assertThat(CALLS.between(1, 2).count()).isEqualTo(2);
    assertThat(CALLS.between(1, 2).latencies().max()).isCloseTo(20, within(0.1));
  }
}
