package dev.vgg16.service.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.v1.ClassifyRequest;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadContextTest {

  /** A request of 300 bytes, compressed, may have a hundred thousand faults. */
  @Test
  void onlyTheFirstFaultIsFormatted() {
    ReadContext reading = new ReadContext((field, in, length) -> null);
    AtomicInteger words = new AtomicInteger();
    for (int i = 0; i < 100_000; i++) {
      reading.refuse(
          () -> new FieldPath(null, ClassifyRequest.getDescriptor().findFieldByName("heads"), -1),
          () -> "fault " + words.incrementAndGet());
    }
    assertThat(words).hasValue(1);
    assertThat(reading.refusalOr(null)).get().asString().contains("fault 1");
  }
}
