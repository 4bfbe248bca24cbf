/**
 * Batching, for any work whose inputs fill the slots of a storage that runs as one.
 *
 * <p>Start with {@link dev.vgg16.serving.batch.Batcher}, whose comment is the contract; {@link
 * dev.vgg16.serving.batch.BatchWork} is what a user of it writes. {@link
 * dev.vgg16.serving.batch.BatcherState} is what its threads share, {@link
 * dev.vgg16.serving.batch.AdmissionControl} decides what is taken, {@link
 * dev.vgg16.serving.batch.RoundRobinQueue} whose turn it is, {@link
 * dev.vgg16.serving.batch.SharedPlaces} how much room a client has, {@link
 * dev.vgg16.serving.batch.BatchPolicy} when a run begins.
 */
package dev.vgg16.serving.batch;
