package dev.vgg16.service.outcome;

import com.google.common.base.Strings;
import com.google.protobuf.Message;
import dev.vgg16.service.outcome.ItemListener.Failure;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks at the answers of a service and tells how each item ended. Failed items of a stream are
 * seen by nobody else: their call ends well.
 */
public final class ItemOutcomes implements ServerInterceptor {

  private final ItemListener listener;

  private ItemOutcomes(ItemListener listener) {
    this.listener = listener;
  }

  /** The service, watched. */
  public static BindableService watch(BindableService service, ItemListener listener) {
    return () -> ServerInterceptors.intercept(service, new ItemOutcomes(listener));
  }

  /** The names of a service's methods, as the listener hears them. */
  public static List<String> methods(BindableService service) {
    return service.bindService().getMethods().stream()
        .map(method -> method.getMethodDescriptor().getBareMethodName())
        .toList();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    WatchedCall<Q, R> watched = new WatchedCall<>(call);
    return new SimpleForwardingServerCallListener<>(next.startCall(watched, headers)) {
      @Override
      public void onMessage(Q request) {
        watched.unanswered.incrementAndGet();
        super.onMessage(request);
      }

      @Override
      public void onCancel() {
        watched.end(whyCancelled());
        super.onCancel();
      }
    };
  }

  private static Status whyCancelled() {
    boolean late =
        Optional.ofNullable(Context.current().getDeadline())
            .map(deadline -> deadline.isExpired())
            .orElse(false);
    return (late ? Status.DEADLINE_EXCEEDED : Status.CANCELLED)
        .withDescription("the client waits no longer");
  }

  private final class WatchedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final String method = getMethodDescriptor().getBareMethodName();
    private final Optional<StreamItemFields> fields = StreamItemFields.of(getMethodDescriptor());
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();

    WatchedCall(ServerCall<Q, R> call) {
      super(call);
    }

    @Override
    public void sendMessage(R answer) {
      // What is sent after the end reaches nobody, and was counted then.
      if (fields.isPresent() && answer instanceof Message message && !ended.get()) {
        count(fields.get(), message);
      }
      super.sendMessage(answer);
    }

    private void count(StreamItemFields of, Message answer) {
      if (!of.answersAnItem(answer)) {
        return;
      }
      unanswered.decrementAndGet();
      Optional<com.google.rpc.Status> error = of.error(answer);
      Code code =
          error.map(status -> Status.fromCodeValue(status.getCode()).getCode()).orElse(Code.OK);
      listener.ended(method, code, 1);
      error.ifPresent(status -> fail(of.id(answer), code, status.getMessage()));
    }

    @Override
    public void close(Status status, Metadata trailers) {
      end(status);
      super.close(status, trailers);
    }

    /** What has no answer by now gets none: it ends as the call does. */
    private void end(Status status) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      int items = unanswered.getAndSet(0);
      if (items > 0) {
        listener.ended(method, status.getCode(), items);
        if (!status.isOk()) {
          fail("", status.getCode(), Strings.nullToEmpty(status.getDescription()));
        }
      }
    }

    private void fail(String id, Code code, String message) {
      listener.failed(
          new Failure(
              method, getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR), id, code, message));
    }
  }
}
