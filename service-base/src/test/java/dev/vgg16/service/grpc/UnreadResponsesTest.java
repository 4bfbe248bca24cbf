package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Int32Value;
import com.google.rpc.RetryInfo;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With real connections, since only the transport knows what is queued. */
@Timeout(300)
class UnreadResponsesTest {

  private static final int LIMIT = 24 << 20;

  /** The flow-control window of clients: the smallest that HTTP/2 allows. */
  private static final int WINDOW = 65_535;

  /** The size of the response is the item. */
  private static final MethodDescriptor<Int32Value, BytesValue> STREAM =
      method("Stream", MethodType.BIDI_STREAMING);

  private static final MethodDescriptor<Int32Value, BytesValue> UNARY =
      method("Unary", MethodType.UNARY);

  private final ConnectionBudget unread = new ConnectionBudget(LIMIT);
  private final OpenStreams openStreams = new OpenStreams();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private Server server;

  @BeforeEach
  void start() throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            TrackedConnections.of(
                InsecureServerCredentials.create(),
                new ConnectionBudgets(
                    new ConnectionBudget(LIMIT),
                    unread,
                    new ConnectionBudget(LIMIT),
                    new ConnectionBudget(LIMIT)),
                new ConnectionSlots(100, System::nanoTime),
                new StreamResets()));
    server =
        builder
            .addService(
                ServerInterceptors.intercept(
                    ServerServiceDefinition.builder("test.Bytes")
                        .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(this::stream))
                        .addMethod(UNARY, ServerCalls.asyncUnaryCall(UnreadResponsesTest::unary))
                        .build(),
                    new UnreadResponses()))
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.shutdownNow();
  }

  private ItemStream<Int32Value, BytesValue> stream(StreamObserver<BytesValue> answers) {
    return ItemStream.serve(
        answers,
        32,
        openStreams,
        new ItemStream.Handler<>() {
          @Override
          public void handle(Int32Value size, ItemStream.Responder<BytesValue> answer) {
            answer.send(bytes(size.getValue()));
          }

          @Override
          public void cancelled() {
            cancelled.incrementAndGet();
          }
        });
  }

  private static void unary(Int32Value size, StreamObserver<BytesValue> out) {
    out.onNext(bytes(size.getValue()));
    out.onCompleted();
  }

  private static BytesValue bytes(int size) {
    return BytesValue.of(ByteString.copyFrom(new byte[size]));
  }

  private ManagedChannel channel() {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
            .usePlaintext()
            .flowControlWindow(WINDOW)
            .maxInboundMessageSize(LIMIT)
            .build();
    channels.add(channel);
    return channel;
  }

  /** A client's call that reads on request. */
  private static final class Call extends ClientCall.Listener<BytesValue> {
    final CompletableFuture<Status> end = new CompletableFuture<>();
    final AtomicInteger answers = new AtomicInteger();
    final ClientCall<Int32Value, BytesValue> call;
    volatile Metadata trailers;

    Call(ManagedChannel channel, MethodDescriptor<Int32Value, BytesValue> method) {
      call = channel.newCall(method, CallOptions.DEFAULT);
      call.start(this, new Metadata());
    }

    Call ask(int count, int size) {
      for (int i = 0; i < count; i++) {
        call.sendMessage(Int32Value.of(size));
      }
      call.halfClose();
      return this;
    }

    Status readAll() throws Exception {
      call.request(Integer.MAX_VALUE);
      return end.get(120, TimeUnit.SECONDS);
    }

    @Override
    public void onMessage(BytesValue message) {
      answers.incrementAndGet();
    }

    @Override
    public void onClose(Status status, Metadata received) {
      trailers = received;
      end.complete(status);
    }
  }

  @Test
  void queuedResponsesCountUntilTheyAreRead() throws Exception {
    ManagedChannel channel = channel();
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(new Call(channel, STREAM).ask(5, 20_000));
    }
    // All but what the streams' windows take; no stream is held back yet.
    await("is queued", () -> unread.total() > 50 * (5 * 20_000 - WINDOW));
    for (Call call : calls) {
      assertThat(call.readAll().getCode()).isEqualTo(Status.Code.OK);
      assertThat(call.answers.get()).isEqualTo(5);
    }
    await("is free once it is read", () -> unread.total() == 0);
  }

  @Test
  void aTinyResponseCountsItsOverhead() {
    Call call = new Call(channel(), STREAM);
    // Fills the window.
    call.call.sendMessage(Int32Value.of(2 * WINDOW));
    call.ask(100, 1);
    await("is queued", () -> unread.total() >= 2 * WINDOW + 100 * QueuedFrames.OVERHEAD);
    call.call.cancel("enough", null);
    await("is free when its call is cancelled", () -> unread.total() == 0);
  }

  @Test
  void aResponseOverTheLimitEndsItsStream() throws Exception {
    ManagedChannel channel = channel();
    List<Call> calls = callsWithUnreadResponses(channel);
    Call refused = new Call(channel, STREAM).ask(1, 3 << 20);
    await("its service is notified", () -> cancelled.get() == 1);
    assertThat(openStreams.count()).isZero();
    Status status = refused.readAll();
    assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(status.getDescription())
        .matches("this connection has [0-9,]+ bytes of unread responses: read them, then retry");
    assertThat(StatusProto.fromStatusAndTrailers(status, refused.trailers).getDetails(0))
        .matches(detail -> detail.is(RetryInfo.class));
    for (Call call : calls) {
      call.call.cancel("enough", null);
    }
    await("is free when calls are cancelled", () -> unread.total() == 0);
  }

  @Test
  void otherConnectionsGetLargeResponsesMeanwhile() throws Exception {
    List<Call> calls = callsWithUnreadResponses(channel());
    assertThat(calls).hasSizeGreaterThan(4);
    ManagedChannel other = channel();
    for (int i = 0; i < 20; i++) {
      Call call = new Call(other, UNARY).ask(1, 4 << 20);
      assertThat(call.readAll().getCode()).isEqualTo(Status.Code.OK);
      assertThat(call.answers.get()).isEqualTo(1);
    }
  }

  @Test
  void aReadingClientIsNotLimited() throws Exception {
    Call call = new Call(channel(), STREAM);
    call.call.request(Integer.MAX_VALUE);
    assertThat(call.ask(200, 1 << 20).readAll().getCode()).isEqualTo(Status.Code.OK);
    assertThat(call.answers.get()).isEqualTo(200);
  }

  /** Calls whose responses are not read, until one is refused; without the refused ones. */
  private List<Call> callsWithUnreadResponses(ManagedChannel channel) {
    List<Call> calls = new ArrayList<>();
    while (true) {
      long before = unread.total();
      Call call = new Call(channel, UNARY).ask(1, 3 << 20);
      await("is queued or refused", () -> unread.total() > before + (2 << 20) || call.end.isDone());
      if (call.end.isDone()) {
        assertThat(call.end.join().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        return calls;
      }
      calls.add(call);
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(5));
    }
  }

  private static MethodDescriptor<Int32Value, BytesValue> method(String name, MethodType type) {
    return MethodDescriptor.<Int32Value, BytesValue>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName("test.Bytes", name))
        .setRequestMarshaller(ProtoUtils.marshaller(Int32Value.getDefaultInstance()))
        .setResponseMarshaller(ProtoUtils.marshaller(BytesValue.getDefaultInstance()))
        .build();
  }
}
