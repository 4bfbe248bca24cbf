package dev.vgg16.feature.relay;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.inprocess.InProcessSocketAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Head replicas in this process, each of whose answers is the test's own. */
final class InProcessReplicas implements HeadReplicas {

  private final List<SocketAddress> named = new ArrayList<>();
  private final List<Server> servers = new ArrayList<>();
  private Listener listener;

  /** One of them. */
  record Fake(FakeHeads heads, Server server, SocketAddress address) {

    /** As a process that is killed. */
    void kill() {
      server.shutdownNow();
    }
  }

  /** Starts one and names it. */
  Fake add() throws IOException {
    return add(InProcessServerBuilder.generateName());
  }

  Fake add(String name) throws IOException {
    FakeHeads heads = new FakeHeads();
    Server server = InProcessServerBuilder.forName(name).addService(heads).build().start();
    servers.add(server);
    Fake fake = new Fake(heads, server, new InProcessSocketAddress(name));
    if (!named.contains(fake.address())) {
      named.add(fake.address());
    }
    tell();
    return fake;
  }

  /** It is named no more, and goes on. */
  void remove(Fake fake) {
    named.remove(fake.address());
    tell();
  }

  /** It is named again. */
  void name(Fake fake) {
    named.add(fake.address());
    tell();
  }

  private void tell() {
    if (listener != null && !named.isEmpty()) {
      listener.found(new LinkedHashSet<>(named));
    }
  }

  @Override
  public void watch(Listener listener) {
    this.listener = listener;
    tell();
  }

  @Override
  public void refresh() {}

  @Override
  public ManagedChannel connect(SocketAddress address) {
    // What a replica sends is taken by the time that it has sent it.
    return InProcessChannelBuilder.forName(((InProcessSocketAddress) address).getName())
        .directExecutor()
        .build();
  }

  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
  }
}
