package dev.vgg16.bench.replicas;

import dev.vgg16.bench.process.Ports;
import dev.vgg16.bench.process.ServiceProcess;
import dev.vgg16.bench.stats.PoissonArrivals;
import dev.vgg16.v1.ClassifyRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Scales both services through a plan while calls come at a steady rate. */
public final class ScalingRun {

  private static final String HEADS_NAME = "heads";

  /** A change of replicas takes no longer. */
  private static final int MAX_CHANGE_SECONDS = 120;

  private final List<ReplicaCounts> plan;
  private final double rate;
  private final int stepSeconds;
  private final int headPort;
  private final int metricsPort;
  private final int featurePort;
  private final HostsFile hosts;

  /** How many replicas there are. */
  public record ReplicaCounts(int heads, int features) {}

  /**
   * A step of the plan; the times are seconds since the load began.
   *
   * @param begin when the change began
   * @param changed when it was done: the new replicas serve, or the others have ended
   * @param end when the next change began
   */
  public record Step(
      ReplicaCounts before, ReplicaCounts after, double begin, double changed, double end) {}

  /** What was seen. */
  public record Observed(List<Step> steps, Calls calls, Shares shares) {}

  /**
   * @param plan the replicas of each step, at least one
   * @param rate calls a second
   * @param stepSeconds how long the load goes on after each change
   */
  public ScalingRun(List<ReplicaCounts> plan, double rate, int stepSeconds) throws Exception {
    this.plan = List.copyOf(plan);
    this.rate = rate;
    this.stepSeconds = stepSeconds;
    List<Integer> ports = Ports.free(3);
    this.headPort = ports.get(0);
    this.metricsPort = ports.get(1);
    this.featurePort = ports.get(2);
    this.hosts = new HostsFile(Path.of("bench", "target"), HEADS_NAME);
  }

  /**
   * Runs the plan.
   *
   * @param requests sent in turn
   * @param progress receives each step before it begins
   */
  public Observed run(List<ClassifyRequest> requests, Consumer<ReplicaCounts> progress)
      throws Exception {
    try (BalancedCalls load = new BalancedCalls(featurePort, requests);
        ReplicatedService heads = new ReplicatedService(this::startHead, hosts::list);
        ReplicatedService features = new ReplicatedService(this::startFeature, load::list)) {
      ReplicaCounts first = plan.get(0);
      progress.accept(first);
      heads.scaleTo(first.heads());
      features.scaleTo(first.features());
      return underLoad(heads, features, load, progress);
    }
  }

  private ServiceProcess startHead(String address) throws Exception {
    return ServiceProcess.service(
        "head-service",
        List.of(
            "--host=" + address,
            "--port=" + headPort,
            "--management-host=" + address,
            "--management-port=" + metricsPort));
  }

  /** With a cache, since a small machine's backbone makes maps for a few heads only. */
  private ServiceProcess startFeature(String address) throws Exception {
    return ServiceProcess.service(
        "feature-service",
        hosts.jvmOption(),
        List.of(
            "--host=" + address,
            "--port=" + featurePort,
            "--management-port=0",
            "--http-port=0",
            "--execution-provider=cpu",
            "--precision=int8",
            "--cache-bytes=10000000",
            "--head-target=dns:///%s:%d".formatted(HEADS_NAME, headPort)));
  }

  private Observed underLoad(
      ReplicatedService heads,
      ReplicatedService features,
      BalancedCalls load,
      Consumer<ReplicaCounts> progress)
      throws Exception {
    int mostHeads = plan.stream().mapToInt(ReplicaCounts::heads).max().orElseThrow();
    ExecutorService sender = Executors.newSingleThreadExecutor();
    Clock clock = new Clock();
    try (MapCounter counter = MapCounter.start(clock, mostHeads, metricsPort)) {
      Future<Calls> calls = sender.submit(() -> load.run(clock, schedule()));
      TimeUnit.SECONDS.sleep(stepSeconds);
      List<Step> steps = new ArrayList<>();
      for (int i = 1; i < plan.size(); i++) {
        progress.accept(plan.get(i));
        double begin = clock.seconds();
        heads.scaleTo(plan.get(i).heads());
        features.scaleTo(plan.get(i).features());
        double changed = clock.seconds();
        TimeUnit.SECONDS.sleep(stepSeconds);
        steps.add(new Step(plan.get(i - 1), plan.get(i), begin, changed, clock.seconds()));
      }
      load.stop();
      return new Observed(steps, calls.get(), counter.shares());
    } finally {
      sender.shutdownNow();
    }
  }

  /** Longer than the plan can take. */
  private long[] schedule() {
    Duration longest = Duration.ofSeconds((long) plan.size() * (stepSeconds + MAX_CHANGE_SECONDS));
    return PoissonArrivals.schedule(rate, longest, 1);
  }
}
