package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.RetryInfo;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Counting by gRPC's events. */
class InboundCallTest {

  private static final long MEBIBYTE = 1 << 20;
  private static final long PIECE = 16 << 10;

  private final ConnectionBudget budget = new ConnectionBudget(30 * MEBIBYTE);
  private final ConnectionBudget unread = new ConnectionBudget(MEBIBYTE);
  private final AtomicLong nanoTime = new AtomicLong();
  private final AtomicLong resets = new AtomicLong();
  private final UnfinishedMessages unfinished = new UnfinishedMessages(nanoTime::get);
  private final Connection connection = newConnection();

  private Connection newConnection() {
    return new Connection(
        budget.newAccount(), unread.newAccount(), unread.newAccount(), unread.newAccount());
  }

  private InboundCall started(Connection from) {
    InboundCall call = new InboundCall(unfinished, resets::incrementAndGet);
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
  void smallPiecesCountTheirOverhead() {
    InboundCall call = started(connection);
    for (int i = 0; i < 100; i++) {
      call.inboundWireSize(1);
    }
    assertThat(budget.total()).isEqualTo(100L * InboundCall.MIN_PIECE);
  }

  @Test
  void anUnfinishedMessageIsReleasedWhenItsCallEnds() {
    InboundCall call = started(connection);
    call.inboundWireSize(MEBIBYTE);
    call.streamClosed(Status.CANCELLED);
    assertThat(budget.total()).isZero();
    // Later bytes do not count.
    call.inboundWireSize(MEBIBYTE);
    call.inboundMessageRead(1, MEBIBYTE, -1);
    assertThat(budget.total()).isZero();
  }

  @Test
  void aCompleteMessageCountsUntilTheServiceIsNotified() {
    InboundCall call = started(connection);
    call.inboundWireSize(MEBIBYTE);
    call.inboundMessageRead(0, MEBIBYTE, -1);
    call.inboundWireSize(2 * MEBIBYTE);
    call.inboundMessageRead(1, 2 * MEBIBYTE, -1);
    call.inboundWireSize(3 * MEBIBYTE);
    call.streamClosed(Status.CANCELLED);
    assertThat(budget.total()).as("those that wait for a thread").isEqualTo(3 * MEBIBYTE);
    call.parsed();
    assertThat(budget.total()).isEqualTo(2 * MEBIBYTE);
    call.released();
    assertThat(budget.total()).isZero();
  }

  @Test
  void theCallsOfAConnectionShareABound() {
    for (int i = 0; i < 20; i++) {
      started(connection).inboundWireSize(MEBIBYTE);
    }
    InboundCall tooMuch = started(connection);
    assertThatThrownBy(() -> tooMuch.inboundWireSize(MEBIBYTE))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
              assertThat(StatusProto.fromThrowable(e).getDetails(0).is(RetryInfo.class)).isTrue();
            });
    tooMuch.streamClosed(Status.RESOURCE_EXHAUSTED);
    assertThat(budget.total()).isEqualTo(20 * MEBIBYTE);
    InboundCall ofAnother = started(newConnection());
    ofAnother.inboundWireSize(6 * MEBIBYTE);
    assertThat(budget.total()).isEqualTo(26 * MEBIBYTE);
  }

  /** Calls, each of its own connection, that hold as much as they can. */
  private List<InboundCall> greedy(int count) {
    List<InboundCall> greedy = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Connection own = newConnection();
      while (own.receiving().hasRoomFor(3 * PIECE)) {
        InboundCall call = started(own);
        nanoTime.incrementAndGet();
        call.inboundWireSize(PIECE);
        greedy.add(call);
      }
    }
    return greedy;
  }

  @Test
  void aStalledCallIsTerminatedFirst() {
    List<InboundCall> greedy = greedy(20);
    assertThat(budget.total()).isGreaterThan(28 * MEBIBYTE);
    nanoTime.addAndGet(UnfinishedMessages.STALL.toNanos() + 1);
    InboundCall good = started(newConnection());
    for (int i = 0; i < 5 * 64; i++) {
      good.inboundWireSize(PIECE);
    }
    good.inboundMessageRead(0, 5 * MEBIBYTE, -1);
    assertThat(greedy.get(0).unfinished()).as("the first is cut off").isZero();
    assertThat(greedy.get(greedy.size() - 1).unfinished()).as("not all are").isPositive();
  }

  @Test
  void tooLittleProgressIsAStall() {
    InboundCall slow = started(newConnection());
    slow.inboundWireSize(9 * MEBIBYTE);
    for (int i = 0; i < 600; i++) {
      nanoTime.addAndGet(Duration.ofSeconds(1).toNanos());
      slow.inboundWireSize(1);
    }
    InboundCall large = started(connection);
    for (int i = 0; i < 14 * 64; i++) {
      large.inboundWireSize(PIECE);
    }
    assertThat(slow.unfinished()).isZero();
    assertThat(resets).hasValue(1);
  }

  @Test
  void theConnectionWithMostMemoryMakesRoom() {
    List<InboundCall> greedy = greedy(2);
    InboundCall good = started(newConnection());
    for (int i = 0; i < 8 * 64; i++) {
      good.inboundWireSize(PIECE);
    }
    assertThat(good.unfinished()).isEqualTo(8 * MEBIBYTE);
    assertThat(greedy).anyMatch(call -> call.unfinished() == 0);
    assertThat(budget.total()).isLessThan(30 * MEBIBYTE);
  }

  @Test
  void isAvailableFromTheContext() {
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
