/**
 * Batching, for any work whose inputs fill the slots of a storage that runs as one.
 *
 * <p>Start with {@link dev.vgg16.serving.batch.Batcher}, whose comment is the contract; {@link
 * dev.vgg16.serving.batch.BatchWork} is what a user of it writes, {@link
 * dev.vgg16.serving.batch.BatchPolicy} the one decision in it.
 */
package dev.vgg16.serving.batch;
