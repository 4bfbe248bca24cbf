package dev.vgg16.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import org.junit.jupiter.api.Test;

/** What is counted, as gRPC tells it. */
class InboundCallTest {

  private static final long MEBIBYTE = 1 << 20;
  private static final long PIECE = InboundCall.MIN_PIECE;

  private final ReceiveBudget budget = new ReceiveBudget(30 * MEBIBYTE);
  private final Connection connection = new Connection(budget.newAccount());

  private InboundCall started(Connection from) {
    InboundCall call = new InboundCall();
    call.serverCallStarted(
        new ServerStreamTracer.ServerCallInfo<Object, Object>() {
          @Override
          @SuppressWarnings("unchecked")
          public MethodDescriptor<Object, Object> getMethodDescriptor() {
            return (MethodDescriptor<Object, Object>)
                (MethodDescriptor<?, ?>) HealthGrpc.getCheckMethod();
          }

          @Override
          public Attributes getAttributes() {
            return Attributes.newBuilder().set(Connection.KEY, from).build();
          }

          @Override
          public String getAuthority() {
            return "localhost";
          }
        });
    return call;
  }

  @Test
  void aMessageCountsUntilItIsParsed() {
    InboundCall call = started(connection);
    call.inboundWireSize(MEBIBYTE);
    call.inboundWireSize(2 * MEBIBYTE);
    call.inboundMessageRead(0, 3 * MEBIBYTE, -1);
    call.inboundWireSize(MEBIBYTE);
    assertThat(budget.total()).isEqualTo(4 * MEBIBYTE);
    call.parsed();
    assertThat(budget.total()).isEqualTo(MEBIBYTE);
    call.inboundMessageRead(1, MEBIBYTE, -1);
    call.parsed();
    assertThat(budget.total()).isZero();
    call.streamClosed(Status.OK);
    assertThat(budget.total()).isZero();
  }

  @Test
  void smallPiecesCountAsTheBuffersThatTheyKeep() {
    InboundCall call = started(connection);
    for (int i = 0; i < 100; i++) {
      call.inboundWireSize(1);
    }
    assertThat(budget.total()).isEqualTo(100 * PIECE);
  }

  @Test
  void whateverACallHasIsFreeWhenItEnds() {
    InboundCall call = started(connection);
    call.inboundWireSize(MEBIBYTE);
    call.inboundMessageRead(0, MEBIBYTE, -1);
    call.inboundWireSize(MEBIBYTE);
    call.streamClosed(Status.CANCELLED);
    assertThat(budget.total()).isZero();
    // What is on its way to the service yet, or comes late.
    call.parsed();
    call.inboundWireSize(MEBIBYTE);
    call.inboundMessageRead(1, MEBIBYTE, -1);
    assertThat(budget.total()).isZero();
  }

  @Test
  void theCallsOfAConnectionTogetherHaveABound() {
    for (int i = 0; i < 20; i++) {
      started(connection).inboundWireSize(MEBIBYTE);
    }
    InboundCall tooMuch = started(connection);
    assertThatThrownBy(() -> tooMuch.inboundWireSize(MEBIBYTE))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
    tooMuch.streamClosed(Status.RESOURCE_EXHAUSTED);
    assertThat(budget.total()).isEqualTo(20 * MEBIBYTE);
    InboundCall ofAnother = started(new Connection(budget.newAccount()));
    ofAnother.inboundWireSize(6 * MEBIBYTE);
    assertThat(budget.total()).isEqualTo(26 * MEBIBYTE);
  }

  @Test
  void isTheOneOfTheCurrentContext() {
    InboundCall call = started(connection);
    assertThat(InboundCall.current()).isEmpty();
    Context context = call.filterContext(Context.ROOT);
    context.run(
        () -> {
          assertThat(InboundCall.current()).hasValue(call);
          assertThat(ClientKey.current()).isSameAs(connection);
        });
  }
}
