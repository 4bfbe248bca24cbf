package dev.vgg16.feature.load;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.vgg16.service.load.LoadReports;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the load each second, and tells the callers. */
public final class LoadReporting implements AutoCloseable {

  private static final Logger logger = LoggerFactory.getLogger(LoadReporting.class);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          new ThreadFactoryBuilder().setNameFormat("load-meter").setDaemon(true).build());

  private final LoadReports reports = new LoadReports();

  private LoadReporting() {}

  /**
   * Starts.
   *
   * @param waiting images that wait for their turn
   */
  public static LoadReporting start(LoadMeter meter, IntSupplier waiting) {
    LoadReporting reporting = new LoadReporting();
    var unused =
        reporting.timer.scheduleAtFixedRate(
            () -> reporting.report(meter, waiting), 1, 1, TimeUnit.SECONDS);
    return reporting;
  }

  private void report(LoadMeter meter, IntSupplier waiting) {
    try {
      reports.report(meter.report(waiting));
    } catch (RuntimeException e) {
      // An exception would end the timer.
      logger.error("the load can't be measured: {}", e.toString(), e);
    }
  }

  /** For the server. */
  public LoadReports reports() {
    return reports;
  }

  @Override
  public void close() {
    timer.shutdownNow();
    reports.close();
  }
}
