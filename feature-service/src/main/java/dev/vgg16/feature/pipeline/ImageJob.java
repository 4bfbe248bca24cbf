package dev.vgg16.feature.pipeline;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.image.DecodeCost;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.inference.batch.BatchItem;
import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.v1.HeadScoresList;
import dev.vgg16.v1.MapSelection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An image to classify or to extract the feature map of, and where the result goes.
 *
 * <p>A job may lead waiters, jobs with the same image that get its map. It counts as cancelled only
 * when they are too, and when it fails, so do they.
 */
public abstract sealed class ImageJob implements BatchItem {

  private static final Logger logger = LoggerFactory.getLogger(ImageJob.class);

  private final Caller caller;
  private final StageTimes times = new StageTimes(System.nanoTime());
  private final AtomicBoolean answered = new AtomicBoolean();
  private final DecodeCost cost;
  // Both are set before the job goes to another thread.
  private @Nullable ImageInput input;
  private Waiters waiters = Waiters.NONE;

  private ImageJob(ImageInput input, DecodeCost cost, Caller caller) {
    this.input = input;
    this.cost = cost;
    this.caller = caller;
    caller.trace().submitted(times);
  }

  /** Where the result of a job goes; one of the two is called, once. */
  public interface ResultSink<R> {
    void succeed(R result, StageTimes times);

    void fail(Throwable cause);
  }

  /** Answers with the feature map. */
  public static final class Extract extends ImageJob {
    private final ResultSink<ByteString> answer;

    public Extract(
        ImageInput input, DecodeCost cost, Caller caller, ResultSink<ByteString> answer) {
      super(input, cost, caller);
      this.answer = answer;
    }

    /**
     * @param map float32 little-endian, [height, width, channels]
     */
    void succeed(ByteString map) {
      if (firstAnswer()) {
        send(() -> answer.succeed(map, times()));
      }
    }

    @Override
    void failOnce(Throwable cause) {
      answer.fail(cause);
    }
  }

  /** Answers with the scores of heads. */
  public static final class Classify extends ImageJob {
    private final MapSelection selection;
    private final long routingKey;
    private final ResultSink<HeadScoresList> answer;

    /**
     * @param routingKey a {@link RoutingKey}
     */
    public Classify(
        ImageInput input,
        DecodeCost cost,
        Caller caller,
        MapSelection selection,
        long routingKey,
        ResultSink<HeadScoresList> answer) {
      super(input, cost, caller);
      this.selection = selection;
      this.routingKey = routingKey;
      this.answer = answer;
    }

    MapSelection selection() {
      return selection;
    }

    long routingKey() {
      return routingKey;
    }

    @Override
    public long bytes() {
      return super.bytes() + selection.getSerializedSize();
    }

    void succeed(HeadScoresList scores) {
      if (firstAnswer()) {
        times().scored(System.nanoTime());
        send(() -> answer.succeed(scores, times()));
      }
    }

    @Override
    void failOnce(Throwable cause) {
      answer.fail(cause);
    }
  }

  abstract void failOnce(Throwable cause);

  /** Catches what sending throws, such as OutOfMemoryError: other jobs must still be answered. */
  void send(Runnable answer) {
    try {
      answer.run();
    } catch (RuntimeException | Error e) {
      logger.error("a result can't be sent: {}", e.toString(), e);
      tryToFail(e);
    }
  }

  private void tryToFail(Throwable cause) {
    try {
      failOnce(cause);
    } catch (RuntimeException | Error e) {
      logger.error("a failure can't be sent: {}", e.toString(), e);
    }
  }

  /** The image; not once it is released. */
  public ImageInput input() {
    return requireNonNull(input, "the image was released");
  }

  /** Releases the image's bytes: its map comes from another job. */
  public void releaseInput() {
    input = null;
  }

  /** Sets it again, to another job's with the same bytes; before this one is submitted again. */
  public void restoreInput(ImageInput sameImage) {
    input = sameImage;
  }

  /** Makes this job the leader of waiters; before it is submitted. */
  public void lead(Waiters waiters) {
    this.waiters = waiters;
  }

  /** Whether it has waiters, or may get some. */
  public boolean leads() {
    return waiters != Waiters.NONE;
  }

  /** Gives the map to the waiters. */
  public void computed(ByteString map) {
    waiters.computed(map);
  }

  Caller caller() {
    return caller;
  }

  ImageTrace trace() {
    return caller.trace();
  }

  StageTimes times() {
    return times;
  }

  boolean firstAnswer() {
    return answered.compareAndSet(false, true);
  }

  /** Without an item's id, of at most 256 bytes: the number of jobs is bounded too. */
  @Override
  public long bytes() {
    return input == null ? 0 : input.bytes().size();
  }

  @Override
  public boolean isCancelled() {
    return caller.isCancelled() && waiters.areAllCancelled();
  }

  @Override
  public FlowKey flow() {
    return caller.flow();
  }

  @Override
  public int turns() {
    return cost.turns();
  }

  @Override
  public boolean isCostly() {
    return cost.isCostly();
  }

  @Override
  public long nanosLeft() {
    return caller.nanosLeft();
  }

  @Override
  public boolean isBackpressured() {
    return caller.isBackpressured();
  }

  @Override
  public void parked() {
    caller.pause();
  }

  @Override
  public void queued() {
    caller.resume();
  }

  @Override
  public void fail(Throwable cause) {
    try {
      if (firstAnswer()) {
        tryToFail(cause);
      }
    } finally {
      waiters.failed(cause);
    }
  }
}
