package dev.vgg16.service.management;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * The liveness and readiness of a process. A process that is not live does not recover and should
 * be restarted; one that is not ready should get no calls. Thread-safe.
 */
public final class ProcessHealth {

  /** Checks whether a part of the process is stuck. Must not block. */
  public interface LivenessCheck {
    /** What is stuck, in one line; empty while the part makes progress or is idle. */
    Optional<String> stuck();
  }

  private final List<LivenessCheck> checks = new CopyOnWriteArrayList<>();
  private volatile BooleanSupplier ready = () -> false;

  /** Adds a check: the process is live while no check is stuck. */
  public void add(LivenessCheck check) {
    checks.add(check);
  }

  /** Sets the readiness; before, the process is not ready. */
  public void readyWhen(BooleanSupplier ready) {
    this.ready = ready;
  }

  Optional<String> stuck() {
    return checks.stream().flatMap(check -> check.stuck().stream()).findFirst();
  }

  public boolean isReady() {
    return ready.getAsBoolean();
  }
}
