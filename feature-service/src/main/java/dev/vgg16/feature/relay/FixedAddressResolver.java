package dev.vgg16.feature.relay;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.StatusOr;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/** Resolves any target to one address. */
final class FixedAddressResolver extends NameResolver.Factory {

  private final SocketAddress address;
  private final String authority;

  /**
   * @param authority the name that the replica's certificate must have
   */
  FixedAddressResolver(SocketAddress address, String authority) {
    this.address = address;
    this.authority = authority;
  }

  @Override
  public NameResolver newNameResolver(URI target, NameResolver.Args args) {
    return new NameResolver() {
      @Override
      public String getServiceAuthority() {
        return authority;
      }

      @Override
      public void start(Listener2 listener) {
        listener.onResult(
            ResolutionResult.newBuilder()
                .setAddressesOrError(
                    StatusOr.fromValue(List.of(new EquivalentAddressGroup(address))))
                .build());
      }

      @Override
      public void shutdown() {}
    };
  }

  @Override
  public String getDefaultScheme() {
    return "dns";
  }
}
