/**
 * Batching, for any work whose inputs fill the slots of a storage that runs as one.
 *
 * <p>Start with {@link dev.vgg16.inference.batch.Batcher}, whose comment is the contract; {@link
 * dev.vgg16.inference.batch.BatchWork} is what a user of it writes. {@link
 * dev.vgg16.inference.batch.BatcherState} is what its threads share, {@link
 * dev.vgg16.inference.batch.AdmissionControl} decides what is taken, {@link
 * dev.vgg16.inference.batch.RoundRobinQueue} whose turn it is, {@link
 * dev.vgg16.service.fairness.FairShares} how much room a client has, {@link
 * dev.vgg16.inference.batch.BatchPolicy} when a run begins.
 */
package dev.vgg16.inference.batch;
