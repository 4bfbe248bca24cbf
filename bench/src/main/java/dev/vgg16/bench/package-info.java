/**
 * Benchmarks. Start with {@link dev.vgg16.bench.Bench}; each part of {@code dev.vgg16.bench.suite}
 * is one question and its answer.
 */
package dev.vgg16.bench;
