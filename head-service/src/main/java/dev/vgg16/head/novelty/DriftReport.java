package dev.vgg16.head.novelty;

import java.util.OptionalDouble;

/**
 * What was measured of the maps that a head scored.
 *
 * @param maps that were measured
 * @param novelMaps those beyond the head's threshold
 * @param distance as {@link Drift#distance}
 */
public record DriftReport(long maps, long novelMaps, OptionalDouble distance) {}
