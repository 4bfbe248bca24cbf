package dev.vgg16.feature.relay;

import io.grpc.ManagedChannel;
import java.net.SocketAddress;
import java.util.Set;

/**
 * Where the head replicas are, and how one is reached. {@link HeadChannels} asks a name service.
 */
public interface HeadReplicas extends AutoCloseable {

  /** Told of the replicas that there are; one call at a time. */
  interface Listener {

    /** These and no others; at least one. */
    void found(Set<SocketAddress> addresses);

    /** It can't be said which there are: those found before stay. */
    void notFound(String reason);
  }

  /** Looks for the first time; to be called once. */
  void watch(Listener listener);

  /** Looks again, without waiting for the answer. */
  void lookAgain();

  /** A connection to one replica and no other. */
  ManagedChannel connect(SocketAddress address);

  @Override
  void close();
}
