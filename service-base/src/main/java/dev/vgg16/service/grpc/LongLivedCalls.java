package dev.vgg16.service.grpc;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Streams that last as long as the client likes and bear no work, such as a watch of the health. A
 * server that stops must end them itself, or it would wait for them in vain. Thread-safe.
 */
final class LongLivedCalls implements ServerInterceptor {

  private static final Status STOPPING =
      Status.UNAVAILABLE.withDescription("the service is stopping");

  private final Set<LongLivedCall<?, ?>> open = ConcurrentHashMap.newKeySet();
  private volatile boolean ending;

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (call.getMethodDescriptor().getType().serverSendsOneMessage()) {
      return next.startCall(call, headers);
    }
    LongLivedCall<Q, R> endable = new LongLivedCall<>(call);
    open.add(endable);
    // Read after the add, so that a call is never missed by both.
    if (ending) {
      endable.end(STOPPING.asRuntimeException());
    }
    return new SimpleForwardingServerCallListener<>(next.startCall(endable, headers)) {
      @Override
      public void onCancel() {
        open.remove(endable);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        open.remove(endable);
        super.onComplete();
      }
    };
  }

  /** Ends all that are open, and those to come. */
  void end() {
    ending = true;
    open.forEach(call -> call.end(STOPPING.asRuntimeException()));
  }
}
