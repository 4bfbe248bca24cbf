package dev.vgg16.bench.replicas;

import dev.vgg16.bench.process.ServiceProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The replicas of one service, at 127.0.0.1, 127.0.0.2 and so on, which differ in nothing else. A
 * new one is listed once it serves; one that is to go is taken from the list first and then stopped
 * by SIGTERM, as an orchestrator does. Used by one thread.
 */
public final class ReplicatedService implements AutoCloseable {

  private final Starter starter;
  private final Listing listing;
  private final List<ServiceProcess> replicas = new ArrayList<>();

  /** Starts a replica. */
  @FunctionalInterface
  public interface Starter {

    /** Starts a replica that listens on this address, and returns when it serves. */
    ServiceProcess start(String address) throws Exception;
  }

  /** Tells the clients of the replicas. */
  @FunctionalInterface
  public interface Listing {

    /** These are the replicas from now on. */
    void list(List<String> addresses) throws Exception;
  }

  public ReplicatedService(Starter starter, Listing listing) {
    this.starter = starter;
    this.listing = listing;
  }

  /** The address of a replica. */
  public static String address(int replica) {
    return "127.0.0." + (replica + 1);
  }

  /** Starts or stops replicas, the newest first, and returns when that is done. */
  public void scaleTo(int count) throws Exception {
    while (replicas.size() < count) {
      replicas.add(starter.start(address(replicas.size())));
      list();
    }
    while (replicas.size() > count) {
      ServiceProcess newest = replicas.remove(replicas.size() - 1);
      list();
      newest.close();
    }
  }

  private void list() throws Exception {
    listing.list(IntStream.range(0, replicas.size()).mapToObj(ReplicatedService::address).toList());
  }

  /** Stops all. */
  @Override
  public void close() {
    replicas.forEach(ServiceProcess::close);
    replicas.clear();
  }
}
