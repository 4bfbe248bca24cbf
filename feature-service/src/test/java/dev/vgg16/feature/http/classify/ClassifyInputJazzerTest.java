package dev.vgg16.feature.http.classify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import dev.vgg16.feature.http.RequestBody;
import dev.vgg16.service.errors.ServingException;
import java.util.List;

/** Whatever the body, it is images within the limits, or is refused in one line. */
class ClassifyInputJazzerTest {

  private static final List<String> TYPES =
      List.of("application/json", "multipart/form-data; boundary=B");

  @FuzzTest(maxDuration = "60s")
  void readsOrRefuses(byte[] bytes) {
    for (String type : TYPES) {
      try {
        ClassifyInput input =
            ClassifyInput.read(
                new RequestBody(ByteString.copyFrom(bytes), type), new ClassifyParameters());
        assertThat(input.images()).hasSizeBetween(1, ClassifyInput.MAX_IMAGES);
      } catch (ServingException e) {
        assertThat(e.getMessage()).isNotEmpty().doesNotContain("\n");
      }
    }
  }
}
