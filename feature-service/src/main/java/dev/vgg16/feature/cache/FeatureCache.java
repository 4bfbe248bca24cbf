package dev.vgg16.feature.cache;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.feature.pipeline.ImageJob;
import dev.vgg16.feature.pipeline.Waiters;
import dev.vgg16.inference.batch.FlowKey;
import dev.vgg16.service.errors.ServingException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes the map of an image once, and answers other jobs with the same image from it.
 *
 * <p>A job whose map is in the cache is answered with it: a hit. Else the first job with an image
 * leads an {@link InFlightComputation}: it goes to the batcher, and jobs with the same image that
 * arrive meanwhile wait for its map. A leader whose own call is cancelled is still computed while a
 * waiter needs it. Failures are not cached: when a leader fails, so do its waiters, and the next
 * job with that image leads again.
 *
 * <p>Hits and waiters are not in the batcher's queue, so they have a limit of their own, {@link
 * ConcurrencyLimit}; they do not hold their image's bytes. When the limit is reached, unary calls
 * are refused, and items of streams are computed like new images. Thread-safe.
 */
public final class FeatureCache {

  private static final Logger logger = LoggerFactory.getLogger(FeatureCache.class);

  private final MapStore maps;
  private final Backlog backlog;
  private final MapResponder responder;
  private final CacheListener listener;
  private final ConcurrencyLimit places;
  private final ConcurrentMap<ImageKey, InFlightComputation> inFlight = new ConcurrentHashMap<>();

  /** Where jobs wait to be computed; the batcher. */
  public interface Backlog {

    /**
     * Accepts a job, or throws the reason for a refusal. A job that was accepted gets its map, or
     * fails.
     */
    void submit(ImageJob job);

    /**
     * Moves a job to the turn of another flow, if that is sooner; returns whether it did.
     *
     * @param from whose turn it waits for so far
     */
    boolean expedite(ImageJob job, FlowKey from, FlowKey to);
  }

  /** Answers a job with a map; {@code FeaturePipeline} does. */
  public interface MapResponder {

    /**
     * @param done called once, when the map is no longer needed; not when this throws
     */
    void answer(ImageJob job, ByteString map, Runnable done);
  }

  /**
   * @param capacity hits and waiters that may have no answer yet
   */
  public FeatureCache(
      MapStore maps,
      Backlog backlog,
      MapResponder responder,
      CacheListener listener,
      int capacity) {
    this.maps = maps;
    this.backlog = backlog;
    this.responder = responder;
    this.listener = listener;
    this.places = new ConcurrencyLimit(capacity);
  }

  /**
   * Accepts a job, or refuses it without waiting.
   *
   * @throws ServingException {@code OVERLOADED} when too much waits already; or what the batcher
   *     throws
   */
  public void submit(ImageJob job) {
    if (job.isBackpressured() && !places.hasRoomFor(clientOf(job))) {
      withoutPermit(job);
      return;
    }
    ImageKey key = ImageKey.of(job.input());
    Leader leader = new Leader(key, job);
    while (true) {
      ByteString map = maps.get(key);
      if (map != null) {
        hit(job, map);
        return;
      }
      InFlightComputation current = inFlight.putIfAbsent(key, leader.computation);
      if (current == null) {
        lead(job, leader);
        return;
      }
      switch (current.join(job, () -> places.tryAcquire(clientOf(job)))) {
        case JOINED -> {
          listener.joined();
          expedite(current, job.flow());
          return;
        }
        case NO_PERMIT -> {
          withoutPermit(job);
          return;
        }
        // Its map is in the cache by now, or it was cancelled.
        case OVER -> inFlight.remove(key, current);
      }
    }
  }

  /** A unary call is refused; an item of a stream can wait in the batcher's queue. */
  private void withoutPermit(ImageJob job) {
    if (!job.isBackpressured()) {
      listener.refused();
      throw places.overloaded();
    }
    backlog.submit(job);
  }

  /**
   * A waiter gets its map no later than at its own turn, however much the leader's client sends.
   */
  private void expedite(InFlightComputation computation, FlowKey waiter) {
    FlowKey turn = computation.turn();
    if (!turn.equals(waiter) && backlog.expedite(computation.leader(), turn, waiter)) {
      computation.useTurnOf(waiter);
    }
  }

  /**
   * The flows that may have cancelled jobs in the batcher after this call was cancelled: its own,
   * and those of leaders whose last waiter it was.
   */
  public Set<FlowKey> flowsCancelledWith(FlowKey call) {
    Set<FlowKey> calls = new HashSet<>();
    calls.add(call);
    for (InFlightComputation computation : inFlight.values()) {
      if (computation.leader().isCancelled()) {
        calls.add(computation.turn());
      }
    }
    return calls;
  }

  /** How many maps are being computed. */
  int inFlight() {
    return inFlight.size();
  }

  private void hit(ImageJob job, ByteString map) {
    if (!places.tryAcquire(clientOf(job))) {
      withoutPermit(job);
      return;
    }
    job.releaseInput();
    listener.hit();
    answer(job, map);
  }

  private void lead(ImageJob job, Leader leader) {
    // Another computation may have ended since the first lookup.
    ByteString map = maps.get(leader.key);
    if (map != null) {
      leader.complete(map);
      hit(job, map);
      return;
    }
    listener.missed();
    job.lead(leader);
    try {
      backlog.submit(job);
    } catch (RuntimeException e) {
      leader.refused().forEach(waiter -> submitAgain(waiter, job.input()));
      throw e;
    }
  }

  /**
   * The leader was refused. The waiter may not be, as its client's share and its deadline differ.
   */
  private void submitAgain(ImageJob waiter, ImageInput sameImage) {
    releasePermit(waiter);
    waiter.restoreInput(sameImage);
    try {
      submit(waiter);
    } catch (RuntimeException e) {
      fail(waiter, e);
    }
  }

  private static Object clientOf(ImageJob job) {
    return job.flow().client();
  }

  private void releasePermit(ImageJob job) {
    places.release(clientOf(job));
  }

  /** Answers a job that has a permit. A failure must not affect other jobs. */
  private void answer(ImageJob job, ByteString map) {
    try {
      responder.answer(job, map, () -> releasePermit(job));
    } catch (RuntimeException | Error e) {
      releasePermit(job);
      fail(job, e);
    }
  }

  private static void fail(ImageJob job, Throwable cause) {
    try {
      job.fail(cause);
    } catch (RuntimeException e) {
      logger.error("a failure can't be sent: {}", e.toString(), e);
    }
  }

  /** The waiters of one leader. */
  private final class Leader implements Waiters {
    private final ImageKey key;
    private final InFlightComputation computation;

    Leader(ImageKey key, ImageJob leader) {
      this.key = key;
      this.computation = new InFlightComputation(leader);
    }

    @Override
    public boolean areAllCancelled() {
      return computation.completeIfAllCancelled();
    }

    @Override
    public void computed(ByteString map) {
      // First, so that a job that finds the computation over finds the map.
      maps.put(key, map);
      complete(map);
    }

    @Override
    public void failed(Throwable cause) {
      inFlight.remove(key, computation);
      for (ImageJob waiter : computation.end()) {
        releasePermit(waiter);
        fail(waiter, cause);
      }
    }

    /** Ends the computation; returns the jobs that had joined. */
    List<ImageJob> refused() {
      inFlight.remove(key, computation);
      return computation.end();
    }

    void complete(ByteString map) {
      inFlight.remove(key, computation);
      for (ImageJob waiter : computation.end()) {
        if (waiter.isCancelled()) {
          releasePermit(waiter);
          fail(waiter, ServingException.cancelled("the call was cancelled or its deadline passed"));
        } else {
          answer(waiter, map);
        }
      }
    }
  }
}
