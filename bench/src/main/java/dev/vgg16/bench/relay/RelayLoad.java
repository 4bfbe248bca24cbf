package dev.vgg16.bench.relay;

import dev.vgg16.bench.process.CpuTime;
import dev.vgg16.bench.process.ServiceProcess;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Keeps a few messages of maps in flight, and measures their cost. */
public final class RelayLoad implements AutoCloseable {

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MICROS_PER_SECOND = 1e6;
  private static final long ANSWER_LIMIT_SECONDS = 30;

  private final MapSender sender;
  private final ServiceProcess server;
  private final int mapsPerMessage;
  private final int inFlight;

  /**
   * The result of a round.
   *
   * @param clientCpuMicros processor time of this process per map
   * @param serverCpuMicros processor time of the server per map
   */
  public record Round(double mapsPerSecond, double clientCpuMicros, double serverCpuMicros) {

    /** Maps per second of the server's processor time. */
    public double mapsPerServerCpuSecond() {
      return MICROS_PER_SECOND / serverCpuMicros;
    }
  }

  private RelayLoad(MapSender sender, ServiceProcess server, int mapsPerMessage, int inFlight) {
    this.sender = sender;
    this.server = server;
    this.mapsPerMessage = mapsPerMessage;
    this.inFlight = inFlight;
  }

  /**
   * The feature service's relay to a head service.
   *
   * @param port the head service's
   * @param inFlight messages in flight at a time
   */
  public static RelayLoad ofHeads(
      ServiceProcess heads, int port, String backbone, int mapsPerMessage, int inFlight) {
    return new RelayLoad(
        HeadSender.to(port, backbone, mapsPerMessage), heads, mapsPerMessage, inFlight);
  }

  /** The same bytes by gRPC alone to a {@link RawServer}. */
  public static RelayLoad ofRawBytes(
      ServiceProcess server, int port, int mapsPerMessage, int inFlight) {
    return new RelayLoad(new RawSender(port, mapsPerMessage), server, mapsPerMessage, inFlight);
  }

  /**
   * Sends for a duration, and waits for all responses.
   *
   * @throws IllegalStateException when a message had no response
   */
  public Round run(Duration length) throws InterruptedException {
    double ownCpu = CpuTime.ownSeconds();
    double serverCpu = server.cpuSeconds();
    long begin = System.nanoTime();
    double maps = (double) send(begin + length.toNanos()) * mapsPerMessage;
    double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
    return new Round(
        maps / seconds,
        (CpuTime.ownSeconds() - ownCpu) / maps * MICROS_PER_SECOND,
        (server.cpuSeconds() - serverCpu) / maps * MICROS_PER_SECOND);
  }

  /** Returns the number of messages answered. */
  private long send(long deadline) throws InterruptedException {
    Semaphore free = new Semaphore(inFlight);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    long messages = 0;
    while (System.nanoTime() < deadline && failure.get() == null) {
      acquire(free, 1);
      sender.send(
          problem -> {
            if (problem != null) {
              failure.compareAndSet(null, problem);
            }
            free.release();
          });
      messages++;
    }
    acquire(free, inFlight);
    if (failure.get() != null) {
      throw new IllegalStateException("maps were not answered: " + failure.get().getMessage());
    }
    return messages;
  }

  private static void acquire(Semaphore free, int permits) throws InterruptedException {
    if (!free.tryAcquire(permits, ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "maps were not answered in %d s".formatted(ANSWER_LIMIT_SECONDS));
    }
  }

  @Override
  public void close() {
    sender.close();
  }
}
