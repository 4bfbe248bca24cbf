package dev.vgg16.head.api;

import dev.vgg16.head.novelty.DriftReport;
import dev.vgg16.head.scoring.HeadManifest;
import java.util.Optional;

/** Tells the drift of heads. */
public interface DriftReports {

  /** Nothing is measured. */
  DriftReports NONE = head -> Optional.empty();

  /** Of a loaded head; empty where it is not measured. */
  Optional<DriftReport> of(HeadManifest head);
}
