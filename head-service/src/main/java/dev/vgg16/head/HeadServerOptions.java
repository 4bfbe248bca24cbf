package dev.vgg16.head;

import static com.google.common.base.Preconditions.checkArgument;

import dev.vgg16.service.grpc.GrpcServerOptions;
import dev.vgg16.service.management.ManagementOptions;
import dev.vgg16.service.outcome.ItemOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the head service runs.
 *
 * @param grpc how it listens
 * @param heads the folder of heads
 * @param defaultHead the head that answers when none is asked for; empty: the first by name
 * @param watchHeads how often the folder is scanned for changes; zero: never
 * @param admin how the heads' administration listens; empty: not at all
 * @param maxBatch the most maps in a request
 * @param streamWindow requests that a stream may have unanswered
 * @param driftSample one in so many maps of a head is measured for drift; 0: none
 * @param management its metrics and health
 * @param items what is recorded of each request
 */
public record HeadServerOptions(
    GrpcServerOptions grpc,
    Path heads,
    Optional<String> defaultHead,
    Duration watchHeads,
    Optional<GrpcServerOptions> admin,
    int maxBatch,
    int streamWindow,
    int driftSample,
    ManagementOptions management,
    ItemOptions items) {

  /** Its maps take some 200 MB as a message, and as much again as a buffer. */
  private static final int LARGEST_BATCH = 4096;

  public HeadServerOptions {
    checkArgument(
        !watchHeads.isNegative(),
        "--watch-heads-ms must not be negative, was %s",
        watchHeads.toMillis());
    checkArgument(
        maxBatch > 0 && maxBatch <= LARGEST_BATCH,
        "--max-batch must be 1 to %s, not %s",
        LARGEST_BATCH,
        maxBatch);
    checkArgument(streamWindow > 0, "--stream-window must be at least 1, not %s", streamWindow);
    checkArgument(driftSample >= 0, "--drift-sample must not be negative, was %s", driftSample);
  }
}
