package dev.vgg16.serving.grpc;

import com.google.protobuf.MessageLite;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory of answers that clients do not read, of all calls together. gRPC holds a
 * bounded number of bytes back for a stream and none for a call with one answer; who opens many of
 * them and reads none would fill the memory that all need.
 *
 * <p>While too much is unread, a large answer ends its call with RESOURCE_EXHAUSTED, and so does
 * any answer to who has not read a large one. Small ones to whoever reads them go on.
 */
final class UnreadAnswers implements ServerInterceptor {

  /** Several times what most answers have. */
  static final int SMALL_BYTES = 64 << 10;

  private final long maxBytes;
  private final AtomicLong unread = new AtomicLong();

  UnreadAnswers(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** What is unread now, in bytes. */
  long bytes() {
    return unread.get();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    CountedCall<Q, R> counted = new CountedCall<>(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(counted, headers)) {
      @Override
      public void onReady() {
        counted.readSoFar();
        super.onReady();
      }

      @Override
      public void onCancel() {
        counted.release();
        super.onCancel();
      }

      @Override
      public void onComplete() {
        counted.release();
        super.onComplete();
      }
    };
  }

  /** Used by one thread at a time, but for what its listener hears. */
  private final class CountedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final AtomicLong own = new AtomicLong();
    private volatile boolean over;
    private boolean refused;

    CountedCall(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public void sendMessage(R message) {
      if (refused) {
        return;
      }
      int size = message instanceof MessageLite proto ? proto.getSerializedSize() : 0;
      boolean large = size > SMALL_BYTES || own.get() > SMALL_BYTES;
      if (large && unread.get() + size > maxBytes) {
        refuse();
        return;
      }
      own.addAndGet(size);
      unread.addAndGet(size);
      super.sendMessage(message);
      readSoFar();
    }

    private void refuse() {
      super.close(
          Status.RESOURCE_EXHAUSTED.withDescription(
              "clients have left %,d bytes of answers unread; read them, and ask again"
                  .formatted(unread.get())),
          new Metadata());
      // What calls it now does not know that it has ended.
      refused = true;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!refused) {
        super.close(status, trailers);
      }
    }

    /** A call that is ready has next to nothing unread. */
    void readSoFar() {
      if (over || isReady()) {
        release(own.getAndSet(0));
      }
    }

    /** The call has ended, and gRPC has let go of what it held. */
    void release() {
      over = true;
      release(own.getAndSet(0));
    }

    private void release(long bytes) {
      if (bytes > 0) {
        unread.addAndGet(-bytes);
      }
    }
  }
}
