/**
 * What measured figures mean: {@link dev.vgg16.bench.stats.Series} over rounds, {@link
 * dev.vgg16.bench.stats.Latencies} of a load, {@link dev.vgg16.bench.stats.PoissonArrivals} to
 * offer it, and {@link dev.vgg16.bench.stats.DeterministicQueue} to judge it by.
 */
package dev.vgg16.bench.stats;
