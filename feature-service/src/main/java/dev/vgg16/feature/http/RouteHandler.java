package dev.vgg16.feature.http;

import com.google.common.net.InetAddresses;
import dev.vgg16.security.TokenCheck;
import dev.vgg16.service.grpc.Statuses;
import io.grpc.Status;
import java.util.Optional;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Serves a route: checks the method and the token, and tells failures as problems. */
final class RouteHandler extends Handler.Abstract.NonBlocking {

  private final Route route;
  private final Shared shared;

  /**
   * What all routes have in common.
   *
   * @param tokens checks tokens; empty: none is required
   * @param maxBodyBytes that a body may have
   * @param bodies what those of all requests may take
   * @param responses what those of all requests may take
   * @param loopback whether only this machine reaches the server
   */
  record Shared(
      Optional<TokenCheck> tokens,
      HttpMetrics metrics,
      long maxBodyBytes,
      MemoryBudget bodies,
      MemoryBudget responses,
      boolean loopback) {}

  RouteHandler(Route route, Shared shared) {
    this.route = route;
    this.shared = shared;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    shared.metrics().measure(route.path(), request, response);
    // A connection is not idle while a response is awaited; the timeouts of calls limit that.
    request.addIdleTimeoutListener(timeout -> false);
    Exchange exchange =
        new Exchange(
            request,
            response,
            callback,
            route.errors(),
            shared.maxBodyBytes(),
            shared.bodies(),
            shared.responses());
    Optional<Problem> refusal = refusal(request, response);
    if (refusal.isPresent()) {
      exchange.fail(refusal.get());
      return true;
    }
    try {
      route.endpoint().serve(exchange);
    } catch (RuntimeException e) {
      exchange.fail(e);
    }
    return true;
  }

  private Optional<Problem> refusal(Request request, Response response) {
    if (!route.methods().contains(request.getMethod())) {
      String allowed = String.join(", ", new TreeSet<>(route.methods()));
      response.getHeaders().put(HttpHeader.ALLOW, allowed);
      return Optional.of(
          Problem.of(
              HttpStatus.METHOD_NOT_ALLOWED_405, "%s takes %s".formatted(route.path(), allowed)));
    }
    if (shared.loopback() && !isOwnName(Request.getServerName(request))) {
      return Optional.of(
          Problem.of(
              HttpStatus.MISDIRECTED_REQUEST_421,
              "this server is localhost, not %s".formatted(Request.getServerName(request))));
    }
    return route.open() ? Optional.empty() : tokenRefusal(request, response);
  }

  /** A page whose name was made to resolve to this machine must not read what it answers. */
  private static boolean isOwnName(String host) {
    return host.equalsIgnoreCase("localhost") || InetAddresses.isUriInetAddress(host);
  }

  private Optional<Problem> tokenRefusal(Request request, Response response) {
    Optional<Status> status =
        shared
            .tokens()
            .flatMap(tokens -> tokens.refusal(request.getHeaders().get(HttpHeader.AUTHORIZATION)));
    status.ifPresent(why -> response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer"));
    return status.map(why -> Problem.of(Statuses.toProto(why.asRuntimeException())));
  }
}
