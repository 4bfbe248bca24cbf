package dev.vgg16.head.shadow;

import dev.vgg16.head.scoring.HeadManifest;
import dev.vgg16.head.scoring.HeadResult;
import dev.vgg16.head.scoring.HeadRoute.Arm;

/** Receives what versions scored and how they compare, for metrics. */
public interface ComparisonListener {

  /** Why maps were not scored in the shadow. */
  enum Reason {
    /** Too many wait already. */
    QUEUE,
    /** The share of the processors' time for this is spent. */
    TIME,
    /** The version can't score them, such as pooled maps. */
    FAILED
  }

  /** A version scored maps: for answers, or in the shadow. */
  void scored(HeadManifest head, Arm arm, HeadResult.Scored result);

  /** Maps were scored in the shadow in one run. */
  void ran(HeadManifest head, long nanos);

  /**
   * A version was compared with another: one in the shadow with the one that answered, one that has
   * a share of the traffic with the default version.
   *
   * @param maps that were compared
   * @param agreed those of them of which both have the same best class
   */
  void compared(HeadManifest head, Arm arm, int maps, int agreed);

  /** Maps were not scored in the shadow. */
  void dropped(HeadManifest head, Reason reason, int maps);
}
