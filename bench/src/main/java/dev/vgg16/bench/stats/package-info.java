/**
 * Statistics: {@link dev.vgg16.bench.stats.Series} over rounds, {@link
 * dev.vgg16.bench.stats.Latencies} of a load, {@link dev.vgg16.bench.stats.PoissonArrivals} to
 * generate it, and {@link dev.vgg16.bench.stats.DeterministicQueue} as the reference.
 */
package dev.vgg16.bench.stats;
