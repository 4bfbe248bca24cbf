package dev.vgg16.service.grpc;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The HTTP client on whose behalf this process makes a call. The call counts as one of that
 * client's connection: in the shares of clients and in the logs.
 */
public final class HttpCaller {

  private static final Metadata.Key<String> ADDRESS =
      Metadata.Key.of("http-caller", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<String> KEY = Context.key("http caller");

  private HttpCaller() {}

  /** Names the client in the headers of a call to {@link GrpcServer#serveInProcess}. */
  public static void name(InetSocketAddress client, Metadata headers) {
    headers.put(ADDRESS, toText(client));
  }

  private static String toText(InetSocketAddress client) {
    return HostAndPort.fromParts(InetAddresses.toAddrString(client.getAddress()), client.getPort())
        .toString();
  }

  private static InetSocketAddress toAddress(String text) {
    HostAndPort parts = HostAndPort.fromString(text);
    return new InetSocketAddress(InetAddresses.forString(parts.getHost()), parts.getPort());
  }

  /** The key of the current call's client; empty if the call does not come through HTTP. */
  static Optional<Object> current() {
    return Optional.ofNullable(KEY.get());
  }

  /** For a server that only this process can call: the header is trusted. */
  static ServerInterceptor interceptor() {
    return new Interceptor();
  }

  private static final class Interceptor implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      String address = headers.get(ADDRESS);
      return address == null
          ? next.startCall(call, headers)
          : Contexts.interceptCall(
              Context.current().withValue(KEY, address),
              new CallOfClient<>(call, toAddress(address)),
              headers,
              next);
    }
  }

  /** A call whose peer is the HTTP client. */
  private static final class CallOfClient<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final InetSocketAddress client;

    CallOfClient(ServerCall<Q, R> call, InetSocketAddress client) {
      super(call);
      this.client = client;
    }

    @Override
    public Attributes getAttributes() {
      return super.getAttributes().toBuilder().set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, client).build();
    }
  }
}
