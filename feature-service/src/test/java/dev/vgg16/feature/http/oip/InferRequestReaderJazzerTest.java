package dev.vgg16.feature.http.oip;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.util.List;
import java.util.Optional;

/** Whatever the body, it is a request, or is refused in one line. */
class InferRequestReaderJazzerTest {

  @FuzzTest(maxDuration = "60s")
  void readsOrRefuses(byte[] bytes) {
    ByteString body = ByteString.copyFrom(bytes);
    for (Optional<String> length :
        List.of(Optional.<String>empty(), Optional.of("" + bytes.length / 2))) {
      try {
        InferInput input = InferRequestReader.read(body, length);
        assertThat(input.message().getRawInputContentsCount())
            .isEqualTo(input.message().getInputsCount());
      } catch (ServingException e) {
        assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n");
      }
    }
  }
}
