package dev.vgg16.service.outcome;

import com.google.common.base.Strings;
import com.google.protobuf.Message;
import dev.vgg16.service.outcome.ItemListener.Failure;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
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
import org.jspecify.annotations.Nullable;

/**
 * Inspects the responses of a service and reports each item's outcome. gRPC's own metrics do not
 * count failed items of a stream whose call ends with OK.
 */
public final class ItemOutcomes implements ServerInterceptor {

  private final ItemListener listener;

  private ItemOutcomes(ItemListener listener) {
    this.listener = listener;
  }

  /** The service, whose outcomes are reported to the listener. */
  public static BindableService watch(BindableService service, ItemListener listener) {
    return () -> ServerInterceptors.intercept(service, new ItemOutcomes(listener));
  }

  /** The names of a service's methods, as reported to the listener. */
  public static List<String> methods(BindableService service) {
    return service.bindService().getMethods().stream()
        .map(method -> method.getMethodDescriptor().getBareMethodName())
        .toList();
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    WatchedCall<Q, R> watched =
        new WatchedCall<>(call, listener.wantsFailures() ? CallOrigin.of(call, headers) : null);
    if (watched.fields.isPresent()) {
      LoggedCall.current().ifPresent(logged -> logged.counts(watched.items));
    }
    return new SimpleForwardingServerCallListener<>(next.startCall(watched, headers)) {
      @Override
      public void onMessage(Q request) {
        watched.items.received();
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
        .withDescription("the client cancelled the call or its deadline passed");
  }

  private final class WatchedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final @Nullable CallOrigin origin;
    private final String method = getMethodDescriptor().getBareMethodName();
    private final Optional<StreamItems> fields = StreamItems.of(getMethodDescriptor());
    private final ItemCounts items = new ItemCounts();
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param origin null where nobody wants failures
     */
    WatchedCall(ServerCall<Q, R> call, @Nullable CallOrigin origin) {
      super(call);
      this.origin = origin;
    }

    @Override
    public void sendMessage(R answer) {
      // Items without a response at the end were counted then.
      if (fields.isPresent() && answer instanceof Message message && !ended.get()) {
        count(fields.get(), message);
      }
      super.sendMessage(answer);
    }

    private void count(StreamItems of, Message answer) {
      if (!of.answersAnItem(answer)) {
        return;
      }
      Optional<com.google.rpc.Status> error = of.error(answer);
      Code code =
          error.map(status -> Status.fromCodeValue(status.getCode()).getCode()).orElse(Code.OK);
      items.responded(code == Code.OK);
      listener.ended(method, code, 1);
      error.ifPresent(status -> fail(of.id(answer), code, status.getMessage()));
    }

    @Override
    public void close(Status status, Metadata trailers) {
      end(status);
      super.close(status, trailers);
    }

    /** Items without a response end with the call's status. */
    private void end(Status status) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      int rest = items.end(status.isOk());
      if (rest > 0) {
        listener.ended(method, status.getCode(), rest);
        if (!status.isOk()) {
          fail("", status.getCode(), Strings.nullToEmpty(status.getDescription()));
        }
      }
    }

    private void fail(String id, Code code, String message) {
      if (origin != null) {
        listener.failed(new Failure(method, origin, id, code, message));
      }
    }
  }
}
