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
 * Answers images that were seen before without the backbone, and gives the others to it.
 *
 * <p>A job whose map is kept is answered with it: a hit. Else the first job with an image leads a
 * {@link InFlightComputation}: it goes to the batcher like any other, and what comes with the same
 * image in the meantime follows it and gets its map. A leader whose own caller has gone is still
 * wanted while a waiter waits. Only maps are kept: when a leader gets none, its waiters hear the
 * reason, and the next job with that image begins anew.
 *
 * <p>Hits and waiters pass by the batcher's queue, so they have a bound of their own, of which no
 * client can take all; they do not hold their image's bytes. A patient job that finds it reached is
 * computed like a new one. Thread-safe.
 */
public final class FeatureCache {

  private static final Logger logger = LoggerFactory.getLogger(FeatureCache.class);

  private final MapStore maps;
  private final Backlog backlog;
  private final MapResponder responder;
  private final CacheListener listener;
  private final ConcurrencyLimit places;
  private final ConcurrentMap<ImageKey, InFlightComputation> inFlight = new ConcurrentHashMap<>();

  /** Where jobs wait to be computed; {@code Batcher} is one. */
  public interface Backlog {

    /**
     * Takes a job, or throws why not; sees to it that a job that {@linkplain ImageJob#leads()
     * leads} is told of its map, or fails.
     */
    void submit(ImageJob job);

    /**
     * Gives a job the turn of another call, if that is sooner; returns whether it has it.
     *
     * @param from whose turn it has so far
     */
    boolean expedite(ImageJob job, FlowKey from, FlowKey to);
  }

  /** Answers a job with a map; {@code FeaturePipeline} does. */
  public interface MapResponder {

    /**
     * @param done called once, when the map is not needed any more; not when this throws
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
   * Takes a job, or refuses it without waiting.
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
        // Its map is kept by now, or nobody waited for it any more.
        case OVER -> inFlight.remove(key, current);
      }
    }
  }

  /** A backpressured job can wait in the batcher's queue, whatever others took meanwhile. */
  private void withoutPermit(ImageJob job) {
    if (!job.isBackpressured()) {
      listener.refused();
      throw places.overloaded();
    }
    backlog.submit(job);
  }

  /** A waiter waits no longer than its own turn would take, whatever the leader's client sends. */
  private void expedite(InFlightComputation computation, FlowKey waiter) {
    FlowKey turn = computation.turn();
    if (!turn.equals(waiter) && backlog.expedite(computation.leader(), turn, waiter)) {
      computation.useTurnOf(waiter);
    }
  }

  /**
   * The calls that may have unwanted jobs among those that compute, now that one is gone: itself,
   * and those that led an image for nobody but it.
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

  /** How many maps are being made. */
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
    // Another computation may have ended since the first look.
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
   * It joined a leader that was refused, which it may not be: it has a share and time of its own.
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

  /** Answers a job that has a place. One that can't be answered must not harm the others. */
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
      logger.error("an image can't be failed: {}", e.toString(), e);
    }
  }

  /** What the leader of a computation tells. */
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
      // First, so that whoever finds the computation ended finds the map.
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

    /** Ends the computation; returns those that had joined. */
    List<ImageJob> refused() {
      inFlight.remove(key, computation);
      return computation.end();
    }

    void complete(ByteString map) {
      inFlight.remove(key, computation);
      for (ImageJob waiter : computation.end()) {
        if (waiter.isCancelled()) {
          releasePermit(waiter);
          fail(waiter, ServingException.cancelled("nobody waited for the answer any more"));
        } else {
          answer(waiter, map);
        }
      }
    }
  }
}
