package dev.vgg16.bench.replicas;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.vgg16.bench.replicas.Shares.Increment;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Reads from the head replicas' metrics how many maps each has scored, until it is closed. */
public final class MapCounter implements AutoCloseable {

  private static final Duration EACH = Duration.ofMillis(250);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Pattern MAPS = Pattern.compile("(?m)^vgg16_head_maps_total\\{.*} (\\S+)");

  private final Clock clock;
  private final int port;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setNameFormat("map-counter").setDaemon(true).build());
  private final double[] last;
  private final List<Increment> increments = new ArrayList<>();

  private MapCounter(Clock clock, int replicas, int port) {
    this.clock = clock;
    this.port = port;
    this.last = new double[replicas];
  }

  /**
   * Counts four times a second.
   *
   * @param replicas the most
   * @param port of every replica's metrics
   */
  public static MapCounter start(Clock clock, int replicas, int port) {
    MapCounter counter = new MapCounter(clock, replicas, port);
    var unused =
        counter.timer.scheduleWithFixedDelay(
            counter::count, 0, EACH.toMillis(), TimeUnit.MILLISECONDS);
    return counter;
  }

  private void count() {
    for (int replica = 0; replica < last.length; replica++) {
      double maps = mapsOf(replica);
      add(replica, maps - last[replica]);
      last[replica] = maps;
    }
  }

  /** 0 while it does not run: a process begins to count at 0. As before when it is too slow. */
  private double mapsOf(int replica) {
    URI metrics =
        URI.create("http://%s:%d/metrics".formatted(ReplicatedService.address(replica), port));
    try {
      return parse(
          http.send(
                  HttpRequest.newBuilder(metrics).timeout(TIMEOUT).build(), BodyHandlers.ofString())
              .body());
    } catch (ConnectException e) {
      return 0;
    } catch (IOException e) {
      return last[replica];
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return last[replica];
    }
  }

  /** The maps of all heads, in Prometheus's text format. */
  static double parse(String metrics) {
    return MAPS.matcher(metrics)
        .results()
        .mapToDouble(line -> Double.parseDouble(line.group(1)))
        .sum();
  }

  private synchronized void add(int replica, double maps) {
    if (maps > 0) {
      increments.add(new Increment(clock.seconds(), replica, maps));
    }
  }

  /** What was counted so far. */
  public synchronized Shares shares() {
    return new Shares(increments);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
