/**
 * The measured processes, and Linux's figures of them. Start with {@link
 * dev.vgg16.bench.process.Services}.
 */
package dev.vgg16.bench.process;
