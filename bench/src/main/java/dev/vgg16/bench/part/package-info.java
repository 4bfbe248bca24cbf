/**
 * The parts of the benchmark, one command each; the goals stand in them. {@link
 * dev.vgg16.bench.part.Rounds}, {@link dev.vgg16.bench.part.Load} and {@link
 * dev.vgg16.bench.part.Output} are the options that they share.
 */
package dev.vgg16.bench.part;
