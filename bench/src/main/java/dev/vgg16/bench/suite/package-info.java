/**
 * The parts of the benchmark, one command each; the goals stand in them. {@link
 * dev.vgg16.bench.suite.RoundOptions}, {@link dev.vgg16.bench.suite.LoadOptions} and {@link
 * dev.vgg16.bench.suite.OutputOptions} are the options that they share.
 */
package dev.vgg16.bench.suite;
