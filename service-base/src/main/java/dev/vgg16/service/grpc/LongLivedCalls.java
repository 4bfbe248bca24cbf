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
 * Streams without work that clients keep open, such as watches of the health. A server that stops
 * must end them, or it would wait until they are cancelled. Thread-safe.
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
    LongLivedCall<Q, R> longLived = new LongLivedCall<>(call);
    open.add(longLived);
    // Read after the add, so that end() or this ends the call.
    if (ending) {
      longLived.end(STOPPING.asRuntimeException());
    }
    return new SimpleForwardingServerCallListener<>(next.startCall(longLived, headers)) {
      @Override
      public void onCancel() {
        open.remove(longLived);
        super.onCancel();
      }

      @Override
      public void onComplete() {
        open.remove(longLived);
        super.onComplete();
      }
    };
  }

  /** Ends all open calls and all later ones. */
  void end() {
    ending = true;
    open.forEach(call -> call.end(STOPPING.asRuntimeException()));
  }
}
