package dev.vgg16.feature.relay;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.stream.Collectors.toCollection;

import com.google.common.base.Splitter;
import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses behind a gRPC target: {@code host:port}, {@code dns:///host:port}, or {@code
 * ipv4:address:port,address:port}. Names are resolved by gRPC. Thread-safe.
 */
final class TargetAddresses implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(TargetAddresses.class);

  private static final String LIST = "ipv4:";
  private static final int DEFAULT_PORT = 443;

  private final SynchronizationContext context =
      new SynchronizationContext(
          (thread, e) -> logger.error("head replicas can't be looked up: {}", e.toString(), e));
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setNameFormat("head-names").setDaemon(true).build());
  private final NameResolver resolver;

  /**
   * @throws IllegalArgumentException when the target can't be one
   */
  TargetAddresses(String target) {
    resolver = target.startsWith(LIST) ? new Fixed(listed(target)) : resolverOf(target);
  }

  /** The name that a replica's certificate must have. */
  String authority() {
    return resolver.getServiceAuthority();
  }

  void watch(HeadReplicas.Listener listener) {
    context.execute(() -> resolver.start(new Results(listener)));
  }

  void refresh() {
    context.execute(resolver::refresh);
  }

  @Override
  public void close() {
    context.execute(resolver::shutdown);
    timer.shutdownNow();
  }

  private NameResolver resolverOf(String target) {
    NameResolverRegistry registry = NameResolverRegistry.getDefaultRegistry();
    URI uri = uriOf(target, registry);
    NameResolverProvider provider = registry.getProviderForScheme(uri.getScheme());
    NameResolver.Args args =
        NameResolver.Args.newBuilder()
            .setDefaultPort(DEFAULT_PORT)
            .setProxyDetector(address -> null)
            .setSynchronizationContext(context)
            .setScheduledExecutorService(timer)
            .setOffloadExecutor(timer)
            .setServiceConfigParser(new NoServiceConfig())
            .build();
    NameResolver resolver = provider.newNameResolver(uri, args);
    checkArgument(resolver != null, "--head-target can't be resolved: %s", target);
    return resolver;
  }

  /** Parses a target as gRPC does: without a known scheme, it is a host. */
  private static URI uriOf(String target, NameResolverRegistry registry) {
    try {
      URI uri = new URI(target);
      if (uri.getScheme() != null && registry.getProviderForScheme(uri.getScheme()) != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Such as [::1]:50052, whose scheme would begin with a bracket.
    }
    try {
      return new URI(registry.getDefaultScheme(), "", "/" + target, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("--head-target can't be resolved: " + target, e);
    }
  }

  private static List<InetSocketAddress> listed(String target) {
    return Splitter.on(',')
        .splitToStream(target.substring(LIST.length()))
        .map(HostAndPort::fromString)
        .map(
            each ->
                new InetSocketAddress(
                    InetAddresses.forString(each.getHost()), each.getPortOrDefault(DEFAULT_PORT)))
        .toList();
  }

  /** Passes the addresses to the listener; each is a replica. */
  private static final class Results extends NameResolver.Listener2 {
    private final HeadReplicas.Listener listener;

    Results(HeadReplicas.Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onResult(NameResolver.ResolutionResult result) {
      Status unused = onResult2(result);
    }

    @Override
    public Status onResult2(NameResolver.ResolutionResult result) {
      StatusOr<List<EquivalentAddressGroup>> groups = result.getAddressesOrError();
      if (!groups.hasValue()) {
        onError(groups.getStatus());
      } else if (groups.getValue().isEmpty()) {
        onError(Status.UNAVAILABLE.withDescription("the name has no address"));
      } else {
        Set<SocketAddress> addresses =
            groups.getValue().stream()
                .map(group -> group.getAddresses().get(0))
                .collect(toCollection(LinkedHashSet::new));
        listener.found(addresses);
      }
      // Never an error, after which gRPC would resolve again sooner than HeadClient does.
      return Status.OK;
    }

    @Override
    public void onError(Status error) {
      listener.notFound(StatusDescriptions.of(error));
    }
  }

  /** Addresses that are given, and not looked up. */
  private static final class Fixed extends NameResolver {
    private final List<InetSocketAddress> addresses;

    Fixed(List<InetSocketAddress> addresses) {
      this.addresses = addresses;
    }

    @Override
    public String getServiceAuthority() {
      InetSocketAddress first = addresses.get(0);
      return HostAndPort.fromParts(first.getHostString(), first.getPort()).toString();
    }

    @Override
    public void start(Listener2 listener) {
      List<EquivalentAddressGroup> groups =
          addresses.stream().map(EquivalentAddressGroup::new).toList();
      listener.onResult(
          ResolutionResult.newBuilder().setAddressesOrError(StatusOr.fromValue(groups)).build());
    }

    @Override
    public void shutdown() {}
  }

  /** A name service can't configure calls. */
  private static final class NoServiceConfig extends NameResolver.ServiceConfigParser {
    @Override
    public NameResolver.ConfigOrError parseServiceConfig(Map<String, ?> raw) {
      return NameResolver.ConfigOrError.fromConfig(raw);
    }
  }
}
