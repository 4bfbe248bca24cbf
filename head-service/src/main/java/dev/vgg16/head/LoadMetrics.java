package dev.vgg16.head;

import dev.vgg16.head.registry.FolderSync;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Counts the heads that were loaded, refused and unloaded since the start. */
final class LoadMetrics implements FolderSync.Listener {

  private static final AttributeKey<String> CHANGE = AttributeKey.stringKey("change");

  private final LongCounter changes;

  LoadMetrics(Meter meter) {
    changes =
        meter
            .counterBuilder("vgg16.heads.changes")
            .setDescription("Heads loaded, refused or unloaded since the start")
            .build();
    // What has not happened yet is 0, not unknown.
    for (Change change : Change.values()) {
      changes.add(0, labels(change));
    }
  }

  /** Exports how many heads are loaded without files, and how many files are without a head. */
  static void watch(Meter meter, FolderSync heads) {
    gauge(
        meter,
        "vgg16.heads.unbacked",
        "Heads that stay loaded while their files are missing or can't be read",
        heads::unbacked);
    gauge(
        meter,
        "vgg16.heads.refused",
        "Versions in the folder that can't be used as they are",
        heads::refused);
    gauge(
        meter,
        "vgg16.heads.unreleased",
        "Versions that a versions.json names and that can't do what it says",
        () -> heads.registry().unreleased());
  }

  private static void gauge(Meter meter, String name, String description, LongSupplier value) {
    var unused =
        meter
            .gaugeBuilder(name)
            .setDescription(description)
            .ofLongs()
            .buildWithCallback(gauge -> gauge.record(value.getAsLong()));
  }

  @Override
  public void happened(Change change) {
    changes.add(1, labels(change));
  }

  private static Attributes labels(Change change) {
    return Attributes.of(CHANGE, change.name().toLowerCase(Locale.ROOT));
  }
}
