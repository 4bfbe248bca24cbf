package dev.vgg16.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnreadAnswersTest {

  private static final int MAX = 1 << 20;
  private static final BytesValue LARGE = answer(400_000);
  private static final BytesValue SMALL = answer(1_000);

  private final UnreadAnswers answers = new UnreadAnswers(MAX);

  /** A call whose client reads when it is told to. */
  private final class Client extends ServerCall<String, BytesValue> {
    private final List<BytesValue> sent = new ArrayList<>();
    private ServerCall<String, BytesValue> server;
    private final Listener<String> listener;
    private boolean reads;
    private Status end;

    Client(boolean reads) {
      this.reads = reads;
      this.listener =
          answers.interceptCall(
              this,
              new Metadata(),
              (call, headers) -> {
                server = call;
                return new Listener<>() {};
              });
    }

    void read() {
      reads = true;
      listener.onReady();
    }

    @Override
    public void sendMessage(BytesValue message) {
      assertThat(end).as("sends nothing after the end").isNull();
      sent.add(message);
    }

    @Override
    public boolean isReady() {
      return reads;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      assertThat(end).as("ends once").isNull();
      end = status;
    }

    @Override
    public void request(int numMessages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<String, BytesValue> getMethodDescriptor() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void whoReadsIsNotLimited() {
    Client client = new Client(true);
    for (int i = 0; i < 100; i++) {
      client.server.sendMessage(LARGE);
    }
    assertThat(client.sent).hasSize(100);
    assertThat(answers.bytes()).isZero();
  }

  @Test
  void aLargeAnswerTooManyEndsItsCall() {
    Client first = new Client(false);
    Client second = new Client(false);
    first.server.sendMessage(LARGE);
    second.server.sendMessage(LARGE);
    Client third = new Client(false);
    third.server.sendMessage(LARGE);
    assertThat(third.sent).isEmpty();
    assertThat(third.end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(third.end.getDescription())
        .isEqualTo(
            "clients have left %,d bytes of answers unread; read them, and ask again"
                .formatted(2 * LARGE.getSerializedSize()));
    // Its service goes on, and does not know.
    third.server.sendMessage(SMALL);
    third.server.close(Status.OK, new Metadata());
    assertThat(third.end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  @Test
  void smallAnswersToOthersGoOn() {
    Client hoarder = new Client(false);
    hoarder.server.sendMessage(LARGE);
    hoarder.server.sendMessage(LARGE);
    hoarder.server.sendMessage(LARGE);
    assertThat(hoarder.end.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    Client other = new Client(true);
    other.server.sendMessage(SMALL);
    other.server.close(Status.OK, new Metadata());
    assertThat(other.sent).containsExactly(SMALL);
    assertThat(other.end).isEqualTo(Status.OK);
  }

  @Test
  void whatIsReadOrCancelledOrCompleteIsFree() {
    Client reads = new Client(false);
    reads.server.sendMessage(LARGE);
    reads.read();
    assertThat(answers.bytes()).isZero();

    Client cancels = new Client(false);
    cancels.server.sendMessage(LARGE);
    cancels.listener.onCancel();
    assertThat(answers.bytes()).isZero();

    Client completes = new Client(false);
    completes.server.sendMessage(LARGE);
    completes.server.close(Status.OK, new Metadata());
    assertThat(answers.bytes()).as("is still on its way").isPositive();
    completes.listener.onComplete();
    assertThat(answers.bytes()).isZero();

    // An answer that comes when nobody waits any more.
    cancels.server.sendMessage(LARGE);
    assertThat(answers.bytes()).isZero();
  }

  private static BytesValue answer(int size) {
    return BytesValue.of(ByteString.copyFrom(new byte[size]));
  }
}
