package dev.vgg16.service.management;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * Whether a process is alive and ready, as its parts say. One that is not alive does not recover by
 * itself and is to be restarted; one that is not ready gets no work. Thread-safe.
 */
public final class ProcessHealth {

  /** Tells whether a part of the process is stuck. Must not wait for anything. */
  public interface LivenessCheck {
    /** What is stuck, in a line; empty while work goes on, or there is none. */
    Optional<String> stuck();
  }

  private final List<LivenessCheck> checks = new CopyOnWriteArrayList<>();
  private volatile BooleanSupplier ready = () -> false;

  /** From now on the process is alive only while this part is, too. */
  public void add(LivenessCheck check) {
    checks.add(check);
  }

  /** From now on the process is ready when this says so; before, it is not. */
  public void readyWhen(BooleanSupplier ready) {
    this.ready = ready;
  }

  Optional<String> stuck() {
    return checks.stream().flatMap(check -> check.stuck().stream()).findFirst();
  }

  boolean isReady() {
    return ready.getAsBoolean();
  }
}
