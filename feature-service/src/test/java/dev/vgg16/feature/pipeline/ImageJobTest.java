package dev.vgg16.feature.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.image.DecodeCost;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.MapSelection;
import org.junit.jupiter.api.Test;

/** What the queue counts of a job is what the job keeps. */
class ImageJobTest {

  private static final ImageInput IMAGE =
      new ImageInput.Encoded(ByteString.copyFrom(new byte[1000]));

  @Test
  void countsTheImageAndWhatTheHeadsAreAsked() {
    MapSelection selection =
        MapSelection.newBuilder().addHeads("h".repeat(256)).addHeads("i".repeat(256)).build();
    assertThat(
            new ImageJob.Extract(IMAGE, DecodeCost.NONE, caller(), answer(ByteString.class))
                .bytes())
        .isEqualTo(1000);
    ImageJob classify =
        new ImageJob.Classify(
            IMAGE, DecodeCost.NONE, caller(), selection, 0, answer(HeadScoresList.class));
    assertThat(classify.bytes()).isEqualTo(1000 + selection.getSerializedSize());
    classify.releaseInput();
    assertThat(classify.bytes()).isEqualTo(selection.getSerializedSize());
  }

  private static Caller caller() {
    return Caller.unary(Caller.flowOf(new Object()), () -> false, ImageTrace.NONE);
  }

  private static <R> ImageJob.ResultSink<R> answer(Class<R> type) {
    return new ImageJob.ResultSink<>() {
      @Override
      public void succeed(R result, StageTimes times) {
        throw new AssertionError("no " + type.getSimpleName() + " is made here");
      }

      @Override
      public void fail(Throwable cause) {
        throw new AssertionError(cause);
      }
    };
  }
}
