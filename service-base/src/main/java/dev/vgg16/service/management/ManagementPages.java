package dev.vgg16.service.management;

import dev.vgg16.service.telemetry.Telemetry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pages {@code /livez}, {@code /readyz} and {@code /metrics}. */
final class ManagementPages {

  private static final Logger logger = LoggerFactory.getLogger(ManagementPages.class);

  private final ProcessHealth health;
  private final Telemetry telemetry;
  private final Executor metrics;

  /**
   * @param metrics executor that collects the metrics, which may take long; may refuse tasks
   */
  ManagementPages(ProcessHealth health, Telemetry telemetry, Executor metrics) {
    this.health = health;
    this.telemetry = telemetry;
    this.metrics = metrics;
  }

  /**
   * The page at a path; the future never fails.
   *
   * @param accept the value of the Accept header, or null
   */
  CompletableFuture<HttpPage> get(String path, String accept) {
    return switch (path) {
      case "/livez" -> CompletableFuture.completedFuture(livez());
      case "/readyz" -> CompletableFuture.completedFuture(readyz());
      case "/metrics" -> metrics(accept);
      default ->
          CompletableFuture.completedFuture(
              HttpPage.of(
                  404, "there is no such page; the pages are /livez, /readyz and /metrics"));
    };
  }

  private HttpPage livez() {
    Optional<String> stuck = health.stuck();
    return stuck.map(what -> HttpPage.of(503, "stuck: " + what)).orElse(HttpPage.of(200, "live"));
  }

  private HttpPage readyz() {
    return health.isReady() ? HttpPage.of(200, "ready") : HttpPage.of(503, "not ready");
  }

  private CompletableFuture<HttpPage> metrics(String accept) {
    try {
      return CompletableFuture.supplyAsync(() -> collected(accept), metrics)
          .exceptionally(ManagementPages::failed);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(
          HttpPage.of(503, "too many concurrent requests for metrics; retry"));
    }
  }

  private HttpPage collected(String accept) {
    Telemetry.Exposition exposition = telemetry.expose(accept);
    return new HttpPage(200, exposition.contentType(), exposition.body());
  }

  private static HttpPage failed(Throwable e) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    logger.error("the metrics can't be collected: {}", cause.toString(), cause);
    return HttpPage.of(500, "the metrics can't be collected; the service's log has the reason");
  }
}
