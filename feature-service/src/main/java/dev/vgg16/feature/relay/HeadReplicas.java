package dev.vgg16.feature.relay;

import io.grpc.ManagedChannel;
import java.net.SocketAddress;
import java.util.Set;

/**
 * Where the head replicas are, and how one is reached. {@link HeadChannels} asks a name service.
 */
public interface HeadReplicas extends AutoCloseable {

  /** Gets the addresses of the replicas; one call at a time. */
  interface Listener {

    /** These are all; at least one. */
    void found(Set<SocketAddress> addresses);

    /** The lookup failed: the addresses found before stay. */
    void notFound(String reason);
  }

  /** Starts the first lookup; to be called once. */
  void watch(Listener listener);

  /** Starts another lookup, without waiting for it. */
  void refresh();

  /** A connection to one replica and no other. */
  ManagedChannel connect(SocketAddress address);

  @Override
  void close();
}
