package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames of one client, read by Netty's decoder for a service that requests no messages. */
class InboundFramesTest {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int WINDOW = 1 << 20;

  /** :method POST, :scheme http and :path / of HPACK's static table. */
  private static final byte[] CALL = {(byte) 0x83, (byte) 0x86, (byte) 0x84};

  private static final int FRAME = 16 << 10;

  /** So that a connection may have two calls. */
  private final ConnectionBudget calls = new ConnectionBudget(3);

  private final ConnectionBudget waiting = new ConnectionBudget(FRAME);
  private final ConnectionBudget unused = new ConnectionBudget(1);
  private final Connection connection =
      new Connection(
          unused.newAccount(), unused.newAccount(), waiting.newAccount(), calls.newAccount());
  private final ConnectionSlots slots = new ConnectionSlots(1, () -> 0);
  private final StreamResets resets = new StreamResets();
  private final Service service = new Service();
  private final Http2ConnectionHandler http2 =
      new Http2ConnectionHandlerBuilder()
          .server(true)
          .initialSettings(new Http2Settings().initialWindowSize(WINDOW))
          .frameListener(service)
          .build();
  private EmbeddedChannel channel;

  private final class Service extends Http2FrameAdapter {
    private final List<Integer> opened = new ArrayList<>();
    private final List<Runnable> reset = new ArrayList<>();
    private boolean requestsAll;

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int id,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean last) {
      opened.add(id);
      reset.add(resets.current());
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int id, ByteBuf data, int padding, boolean last) {
      return requestsAll ? data.readableBytes() + padding : 0;
    }
  }

  @BeforeEach
  void exchangeSettings() throws Exception {
    ConnectionSlots.Slot slot = slots.acquire("client", () -> {}).orElseThrow();
    InboundFrames.count(http2, connection, slot, resets);
    channel = new EmbeddedChannel(http2);
    channel.writeInbound(Http2CodecUtil.connectionPrefaceBuf());
    send(SETTINGS, 0, 0);
    send(SETTINGS, ACK, 0);
    // As gRPC does: only the windows of streams bound what is buffered.
    http2
        .connection()
        .local()
        .flowController()
        .incrementWindowSize(http2.connection().connectionStream(), 100 * WINDOW);
    assertThat(resetStreams()).isEmpty();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void send(int type, int flags, int stream, byte... payload) {
    channel.writeInbound(
        Unpooled.buffer()
            .writeMedium(payload.length)
            .writeByte(type)
            .writeByte(flags)
            .writeInt(stream)
            .writeBytes(payload));
  }

  private void open(int stream) {
    send(HEADERS, END_HEADERS, stream, CALL);
  }

  private void cancel(int stream) {
    send(RST_STREAM, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 8);
  }

  /** The streams that were reset since the previous call, and their error codes. */
  private Map<Integer, Http2Error> resetStreams() {
    channel.runPendingTasks();
    Map<Integer, Http2Error> found = new LinkedHashMap<>();
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      all.writeBytes(next);
      next.release();
    }
    while (all.isReadable()) {
      int length = all.readUnsignedMedium();
      int type = all.readByte();
      int stream = all.skipBytes(1).readInt();
      if (type == RST_STREAM) {
        found.put(stream, Http2Error.valueOf(all.getUnsignedInt(all.readerIndex())));
      }
      all.skipBytes(length);
    }
    return found;
  }

  @Test
  void aCallOverTheLimitIsRefusedBeforeItStarts() {
    open(1);
    open(3);
    assertThat(resetStreams()).isEmpty();
    open(5);
    assertThat(resetStreams()).containsExactly(Map.entry(5, Http2Error.REFUSED_STREAM));
    assertThat(service.opened).containsExactly(1, 3);
    cancel(1);
    assertThat(calls.total()).isEqualTo(1);
    open(7);
    assertThat(resetStreams()).isEmpty();
    assertThat(service.opened).containsExactly(1, 3, 7);
  }

  /** A new address may then replace it. */
  @Test
  void aConnectionIsIdleWhenItsLastCallEnds() {
    open(1);
    open(3);
    cancel(1);
    assertThat(slots.acquire("another", () -> {})).isEmpty();
    cancel(3);
    assertThat(slots.acquire("another", () -> {})).isPresent();
  }

  @Test
  void bufferedBytesCountUntilTheyAreConsumed() throws Exception {
    open(1);
    send(DATA, 0, 1, new byte[1000]);
    int counted = 1000 + InboundCall.MIN_PIECE;
    assertThat(waiting.total()).isEqualTo(counted);
    var flow = http2.connection().local().flowController();
    var unusedPart = flow.consumeBytes(http2.connection().stream(1), 400);
    assertThat(waiting.total()).isEqualTo(counted * 600 / 1000);
    var unusedRest = flow.consumeBytes(http2.connection().stream(1), 600);
    assertThat(waiting.total()).isZero();
  }

  @Test
  void bytesConsumedAtOnceDoNotCount() {
    service.requestsAll = true;
    open(1);
    for (int i = 0; i < 100; i++) {
      send(DATA, 0, 1, new byte[FRAME]);
    }
    assertThat(waiting.total()).isZero();
    assertThat(resetStreams()).isEmpty();
  }

  @Test
  void bytesConsumedAtOnceDoNotCountWhenAnotherCallIsAtTheLimit() {
    open(1);
    int counted = FRAME + InboundCall.MIN_PIECE;
    for (int held = counted; held <= InboundFrames.SMALL_BYTES; held += counted) {
      send(DATA, 0, 1, new byte[FRAME]);
    }
    service.requestsAll = true;
    open(3);
    send(DATA, 0, 3, new byte[FRAME]);
    assertThat(resetStreams()).isEmpty();
  }

  @Test
  void whenAConnectionIsOverItsLimitTheStreamThatReceivedMoreIsReset() {
    open(1);
    open(3);
    send(DATA, 0, 1, new byte[FRAME]);
    int frames = 0;
    while (resetStreams().isEmpty()) {
      assertThat(waiting.total()).isLessThanOrEqualTo(InboundFrames.SMALL_BYTES);
      send(DATA, 0, 3, new byte[FRAME]);
      frames++;
    }
    // Every connection may hold the window of one stream.
    assertThat(frames * FRAME).isGreaterThanOrEqualTo(TransportLimits.WINDOW);
    assertThat(http2.connection().stream(3)).isNull();
    assertThat(waiting.total()).as("of the other one").isEqualTo(FRAME + InboundCall.MIN_PIECE);
    send(DATA, 0, 1, new byte[FRAME]);
    assertThat(resetStreams()).isEmpty();
  }

  @Test
  void theBytesOfAnEndedCallAreReleased() {
    open(1);
    send(DATA, 0, 1, new byte[FRAME]);
    cancel(1);
    assertThat(waiting.total()).isZero();
    assertThat(calls.total()).isZero();
  }

  @Test
  void theBytesOfAClosedConnectionAreReleased() {
    open(1);
    send(DATA, 0, 1, new byte[FRAME]);
    channel.pipeline().fireChannelInactive();
    assertThat(waiting.total()).isZero();
    assertThat(calls.total()).isZero();
  }

  @Test
  void theTracerOfACallResetsItsStreamOnce() {
    open(1);
    open(3);
    service.reset.get(0).run();
    assertThat(resetStreams()).containsExactly(Map.entry(1, Http2Error.ENHANCE_YOUR_CALM));
    service.reset.get(0).run();
    assertThat(resetStreams()).isEmpty();
    assertThat(calls.total()).isEqualTo(1);
  }
}
