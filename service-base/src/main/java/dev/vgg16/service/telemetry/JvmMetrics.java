package dev.vgg16.service.telemetry;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * Memory, garbage collections and threads of the JVM, by OpenTelemetry's semantic conventions for
 * {@code jvm.} metrics.
 */
final class JvmMetrics {

  private static final AttributeKey<String> POOL = AttributeKey.stringKey("jvm.memory.pool.name");
  private static final AttributeKey<String> TYPE = AttributeKey.stringKey("jvm.memory.type");
  private static final AttributeKey<String> GC = AttributeKey.stringKey("jvm.gc.name");
  private static final AttributeKey<String> ACTION = AttributeKey.stringKey("jvm.gc.action");
  private static final AttributeKey<Boolean> DAEMON = AttributeKey.booleanKey("jvm.thread.daemon");

  private static final double MILLIS_PER_SECOND = 1e3;

  /** Of pools that have no limit, or are not collected. */
  private static final long NONE = -1;

  /** As the conventions have them. */
  private static final List<Double> GC_SECONDS = List.of(.01, .1, 1., 10.);

  private JvmMetrics() {}

  /** Registers them with the meter. */
  static void of(Meter meter) {
    memory(meter, "used", "Memory in use", pool -> pool.getUsage().getUsed());
    memory(
        meter, "used_after_last_gc", "What a collection has left", JvmMetrics::usedAfterCollection);
    memory(
        meter, "committed", "Memory taken from the system", pool -> pool.getUsage().getCommitted());
    memory(meter, "limit", "The most memory to take", pool -> pool.getUsage().getMax());
    threads(meter);
    collections(meter);
  }

  private static void memory(
      Meter meter, String what, String description, ToLongFunction<MemoryPoolMXBean> value) {
    Map<MemoryPoolMXBean, Attributes> pools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .collect(Collectors.toUnmodifiableMap(pool -> pool, JvmMetrics::attributes));
    var unused =
        meter
            .upDownCounterBuilder("jvm.memory." + what)
            .setDescription(description)
            .setUnit("By")
            .buildWithCallback(
                out -> pools.forEach((pool, of) -> record(out, value.applyAsLong(pool), of)));
  }

  private static long usedAfterCollection(MemoryPoolMXBean pool) {
    MemoryUsage usage = pool.getCollectionUsage();
    return usage == null ? NONE : usage.getUsed();
  }

  private static Attributes attributes(MemoryPoolMXBean pool) {
    String type = pool.getType() == MemoryType.HEAP ? "heap" : "non_heap";
    return Attributes.of(POOL, pool.getName(), TYPE, type);
  }

  private static void record(ObservableLongMeasurement out, long value, Attributes of) {
    if (value != NONE) {
      out.record(value, of);
    }
  }

  private static void threads(Meter meter) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    var unused =
        meter
            .upDownCounterBuilder("jvm.thread.count")
            .setDescription("Threads")
            .buildWithCallback(
                out -> {
                  long daemons = threads.getDaemonThreadCount();
                  out.record(daemons, Attributes.of(DAEMON, true));
                  out.record(
                      Math.max(0, threads.getThreadCount() - daemons),
                      Attributes.of(DAEMON, false));
                });
  }

  private static void collections(Meter meter) {
    DoubleHistogram seconds =
        meter
            .histogramBuilder("jvm.gc.duration")
            .setDescription("Garbage collections")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(GC_SECONDS)
            .build();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(
            (notification, handback) -> record(notification, seconds), null, null);
      }
    }
  }

  private static void record(Notification notification, DoubleHistogram seconds) {
    if (notification.getUserData() instanceof CompositeData data
        && notification
            .getType()
            .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      GarbageCollectionNotificationInfo info = GarbageCollectionNotificationInfo.from(data);
      seconds.record(
          info.getGcInfo().getDuration() / MILLIS_PER_SECOND,
          Attributes.of(GC, info.getGcName(), ACTION, info.getGcAction()));
    }
  }
}
