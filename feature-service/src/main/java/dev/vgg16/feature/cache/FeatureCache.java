package dev.vgg16.feature.cache;

import com.google.protobuf.ByteString;
import dev.vgg16.feature.image.ImageInput;
import dev.vgg16.feature.pipeline.Followers;
import dev.vgg16.feature.pipeline.ImageJob;
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
 * {@link Flight}: it goes to the batcher like any other, and what comes with the same image in the
 * meantime follows it and gets its map. A leader whose own caller has gone is still wanted while a
 * follower waits. Only maps are kept: when a leader gets none, its followers hear the reason, and
 * the next job with that image begins anew.
 *
 * <p>Hits and followers pass by the batcher's queue, so they have a bound of their own, of which no
 * client can take all; they do not hold their image's bytes. A patient job that finds it reached is
 * computed like a new one. Thread-safe.
 */
public final class FeatureCache {

  private static final Logger logger = LoggerFactory.getLogger(FeatureCache.class);

  private final MapStore maps;
  private final Backlog backlog;
  private final Answers answers;
  private final CacheListener listener;
  private final Places places;
  private final ConcurrentMap<ImageKey, Flight> flights = new ConcurrentHashMap<>();

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
  public interface Answers {

    /**
     * @param done called once, when the map is not needed any more; not when this throws
     */
    void answer(ImageJob job, ByteString map, Runnable done);
  }

  /**
   * @param capacity hits and followers that may have no answer yet
   */
  public FeatureCache(
      MapStore maps, Backlog backlog, Answers answers, CacheListener listener, int capacity) {
    this.maps = maps;
    this.backlog = backlog;
    this.answers = answers;
    this.listener = listener;
    this.places = new Places(capacity);
  }

  /**
   * Takes a job, or refuses it without waiting.
   *
   * @throws ServingException {@code OVERLOADED} when too much waits already; or what the batcher
   *     throws
   */
  public void submit(ImageJob job) {
    if (job.isPatient() && !places.areFreeFor(clientOf(job))) {
      // In the batcher's queue it can wait.
      backlog.submit(job);
      return;
    }
    ImageKey key = ImageKey.of(job.input());
    Lead lead = new Lead(key, job);
    while (true) {
      ByteString map = maps.get(key);
      if (map != null) {
        hit(job, map);
        return;
      }
      Flight current = flights.putIfAbsent(key, lead.flight);
      if (current == null) {
        lead(job, lead);
        return;
      }
      if (current.join(job, () -> takePlace(job))) {
        listener.joined();
        expedite(current, job.flow());
        return;
      }
      // Its map is kept by now, or nobody waited for it any more.
      flights.remove(key, current);
    }
  }

  /**
   * A follower waits no longer than its own turn would take, whatever the leader's client sends.
   */
  private void expedite(Flight flight, FlowKey follower) {
    FlowKey turn = flight.turn();
    if (!turn.equals(follower) && backlog.expedite(flight.leader(), turn, follower)) {
      flight.hasTurnOf(follower);
    }
  }

  /**
   * The calls that may have unwanted jobs among those that compute, now that one is gone: itself,
   * and those that led an image for nobody but it.
   */
  public Set<FlowKey> goneWith(FlowKey call) {
    Set<FlowKey> calls = new HashSet<>();
    calls.add(call);
    for (Flight flight : flights.values()) {
      if (flight.leader().isAbandoned()) {
        calls.add(flight.turn());
      }
    }
    return calls;
  }

  /** How many maps are being made. */
  int flights() {
    return flights.size();
  }

  private void hit(ImageJob job, ByteString map) {
    takePlace(job);
    job.forgetInput();
    listener.hit();
    answer(job, map);
  }

  private void lead(ImageJob job, Lead lead) {
    // Another flight may have ended since the first look.
    ByteString map = maps.get(lead.key);
    if (map != null) {
      lead.land(map);
      hit(job, map);
      return;
    }
    listener.missed();
    job.lead(lead);
    try {
      backlog.submit(job);
    } catch (RuntimeException e) {
      lead.refused().forEach(follower -> submitAgain(follower, job.input()));
      throw e;
    }
  }

  /**
   * It joined a leader that was refused, which it may not be: it has a share and time of its own.
   */
  private void submitAgain(ImageJob follower, ImageInput sameImage) {
    giveBackPlace(follower);
    follower.recall(sameImage);
    try {
      submit(follower);
    } catch (RuntimeException e) {
      fail(follower, e);
    }
  }

  private static Object clientOf(ImageJob job) {
    return job.flow().client();
  }

  private void takePlace(ImageJob job) {
    try {
      places.take(clientOf(job));
    } catch (ServingException e) {
      listener.refused();
      throw e;
    }
  }

  private void giveBackPlace(ImageJob job) {
    places.giveBack(clientOf(job));
  }

  /** Answers a job that has a place. One that can't be answered must not harm the others. */
  private void answer(ImageJob job, ByteString map) {
    try {
      answers.answer(job, map, () -> giveBackPlace(job));
    } catch (RuntimeException | Error e) {
      giveBackPlace(job);
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

  /** What the leader of a flight tells. */
  private final class Lead implements Followers {
    private final ImageKey key;
    private final Flight flight;

    Lead(ImageKey key, ImageJob leader) {
      this.key = key;
      this.flight = new Flight(leader);
    }

    @Override
    public boolean areGone() {
      return flight.endIfAllGone();
    }

    @Override
    public void computed(ByteString map) {
      // First, so that whoever finds the flight ended finds the map.
      maps.put(key, map);
      land(map);
    }

    @Override
    public void failed(Throwable cause) {
      flights.remove(key, flight);
      for (ImageJob follower : flight.end()) {
        giveBackPlace(follower);
        fail(follower, cause);
      }
    }

    /** Ends the flight; returns those that had joined. */
    List<ImageJob> refused() {
      flights.remove(key, flight);
      return flight.end();
    }

    void land(ByteString map) {
      flights.remove(key, flight);
      for (ImageJob follower : flight.end()) {
        if (follower.isAbandoned()) {
          giveBackPlace(follower);
          fail(follower, ServingException.cancelled("nobody waited for the answer any more"));
        } else {
          answer(follower, map);
        }
      }
    }
  }
}
