package dev.vgg16.service.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class IntervalMarshallerTest {

  private static Duration parsed(UnknownFieldSet request) {
    return new IntervalMarshaller().parse(request.toByteString().newInput());
  }

  private static UnknownFieldSet request(long seconds, int nanos) {
    ByteString interval =
        com.google.protobuf.Duration.newBuilder()
            .setSeconds(seconds)
            .setNanos(nanos)
            .build()
            .toByteString();
    ByteString name = ByteString.copyFromUtf8("a cost");
    return UnknownFieldSet.newBuilder()
        .addField(2, Field.newBuilder().addLengthDelimited(name).build())
        .addField(1, Field.newBuilder().addLengthDelimited(interval).build())
        .build();
  }

  @Test
  void readsTheInterval() {
    assertThat(parsed(request(2, 500_000_000))).isEqualTo(Duration.ofMillis(2500));
  }

  @Test
  void withoutOneItIsZero() {
    assertThat(parsed(UnknownFieldSet.getDefaultInstance())).isZero();
  }

  @Test
  void extremesAreBounded() {
    assertThat(parsed(request(Long.MAX_VALUE, Integer.MAX_VALUE)))
        .isBetween(Duration.ofDays(1), Duration.ofDays(2));
    assertThat(parsed(request(Long.MIN_VALUE, 0))).isZero();
  }
}
