package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.ListHeadsResponse;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeadListTest {

  private final InProcessReplicas replicas = new InProcessReplicas();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private HeadClient client;

  private HeadClient client(Duration timeout) {
    HeadClientOptions options =
        new HeadClientOptions("heads", 1, Duration.ofHours(1), Duration.ofSeconds(5), timeout);
    client = new HeadClient(replicas, options, Ticker.systemTicker(), timer);
    return client;
  }

  @AfterEach
  void stop() {
    client.close();
    timer.shutdownNow();
  }

  /** One who gave up before there was a replica. */
  @Test
  void whoAsksTooEarlySpoilsItForNobody() throws Exception {
    HeadClient heads = client(Duration.ofMillis(200));
    assertThatThrownBy(() -> heads.list().get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ServingException.class,
            e -> assertThat(e.kind()).isEqualTo(ServingException.Kind.UNAVAILABLE))
        .hasMessage("there is no head replica at heads");
    var unused = replicas.add();
    assertThat(listed(heads).getDefaultHead()).isEqualTo("one");
  }

  /** On a busy machine a call may take longer than the timeout, so there are several. */
  private static ListHeadsResponse listed(HeadClient heads) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (true) {
      try {
        return heads.list().get(60, TimeUnit.SECONDS);
      } catch (ExecutionException | CancellationException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }
}
