package dev.vgg16.feature.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.oip.ModelInferResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderedAnswersTest {

  private final OrderedAnswers answers = new OrderedAnswers();
  private final List<String> sent = new ArrayList<>();

  private ModelInference.Answer next() {
    return answers.next(
        new ModelInference.Answer() {
          @Override
          public void succeed(ModelInferResponse response) {
            sent.add(response.getId());
          }

          @Override
          public void fail(Throwable cause) {
            sent.add(cause.getMessage());
          }
        });
  }

  private static ModelInferResponse response(String id) {
    return ModelInferResponse.newBuilder().setId(id).build();
  }

  @Test
  void aFailureDoesNotOvertake() {
    ModelInference.Answer first = next();
    ModelInference.Answer second = next();
    ModelInference.Answer third = next();
    third.succeed(response("third"));
    second.fail(new IllegalStateException("second failed"));
    assertThat(sent).isEmpty();
    first.succeed(response("first"));
    assertThat(sent).containsExactly("first", "second failed", "third");
  }

  @Test
  void whatIsFirstIsSentAtOnce() {
    next().succeed(response("first"));
    assertThat(sent).containsExactly("first");
    ModelInference.Answer second = next();
    ModelInference.Answer third = next();
    second.succeed(response("second"));
    assertThat(sent).containsExactly("first", "second");
    third.succeed(response("third"));
    assertThat(sent).containsExactly("first", "second", "third");
  }
}
