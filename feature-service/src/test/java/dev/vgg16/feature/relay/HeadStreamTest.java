package dev.vgg16.feature.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is left of a request that gRPC could not send. */
class HeadStreamTest {

  private final FailingChannel channel = new FailingChannel();
  private final List<PendingScore> unanswered = new ArrayList<>();
  private final List<Status> ends = new ArrayList<>();
  private final HeadStream stream =
      new HeadStream(
          channel,
          new HeadStream.Listener() {
            @Override
            public void answered() {}

            @Override
            public void progressed() {}

            @Override
            public void ended(HeadStream ended, Status status, List<PendingScore> left) {
              ends.add(status);
              unanswered.addAll(left);
            }
          },
          Ticker.systemTicker());

  /** Its buffer goes back to the backbone at once: it must not be sent again with other maps. */
  @Test
  void whatCouldNotBeSentIsNotAmongTheUnanswered() {
    PendingScore sent = pending(2);
    PendingScore notSent = pending(3);
    assertThat(stream.send(sent)).isTrue();
    channel.failure = new OutOfMemoryError("direct memory");
    assertThatThrownBy(() -> stream.send(notSent)).isSameAs(channel.failure);
    assertThat(stream.unansweredMaps()).isEqualTo(2);
    channel.answers.onClose(Status.UNAVAILABLE, new Metadata());
    assertThat(unanswered).containsExactly(sent);
  }

  /** gRPC may end the stream within the call that fails. */
  @Test
  void theOthersAreToldOfWhenTheStreamEndsAtOnce() {
    PendingScore sent = pending(2);
    assertThat(stream.send(sent)).isTrue();
    channel.failure = new OutOfMemoryError("direct memory");
    channel.endsWith = Status.CANCELLED;
    assertThatThrownBy(() -> stream.send(pending(3))).isSameAs(channel.failure);
    assertThat(unanswered).containsExactly(sent);
    assertThat(stream.unansweredMaps()).isZero();
  }

  @Test
  void aStreamThatIsRetiredBeforeItsFirstRequestEndsUnopened() {
    stream.retire();
    assertThat(ends).containsExactly(Status.OK);
    assertThat(stream.send(pending(1))).isFalse();
    assertThat(channel.answers).isNull();
    stream.abort("closed");
    assertThat(ends).hasSize(1);
    assertThat(unanswered).isEmpty();
  }

  private static PendingScore pending(int maps) {
    return new PendingScore(
        new ScoreMessage(ScoreMessages.maps(maps, List.of(ByteBuffer.allocate(maps))), List.of()),
        Long.MAX_VALUE);
  }

  /** A channel with one call, which fails to send when the test says so. */
  private static final class FailingChannel extends Channel {
    private Error failure;
    private Status endsWith;
    private ClientCall.Listener<?> answers;

    @Override
    public String authority() {
      return "heads";
    }

    @Override
    public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
      return new ClientCall<>() {
        @Override
        public void start(Listener<R> listener, Metadata headers) {
          answers = listener;
        }

        @Override
        public void sendMessage(Q message) {
          if (endsWith != null) {
            answers.onClose(endsWith, new Metadata());
          }
          if (failure != null) {
            throw failure;
          }
        }

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(String message, Throwable cause) {}

        @Override
        public void halfClose() {}
      };
    }
  }
}
