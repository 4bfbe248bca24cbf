/**
 * The parts of the benchmark, one command each, with its goals. {@link
 * dev.vgg16.bench.suite.RoundOptions}, {@link dev.vgg16.bench.suite.LoadOptions} and {@link
 * dev.vgg16.bench.suite.OutputOptions} are the options that they share.
 */
package dev.vgg16.bench.suite;
