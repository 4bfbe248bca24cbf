/**
 * The processes that are measured and what Linux says of them. Start with {@link
 * dev.vgg16.bench.process.Services}.
 */
package dev.vgg16.bench.process;
