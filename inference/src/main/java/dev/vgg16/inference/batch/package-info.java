/**
 * Dynamic batching, for any work whose inputs are written into the slots of one storage per batch.
 *
 * <p>Start with {@link dev.vgg16.inference.batch.Batcher}, whose Javadoc is the contract; its users
 * implement {@link dev.vgg16.inference.batch.BatchWork} and {@link
 * dev.vgg16.inference.batch.BatchItem}. The path of an item: {@link
 * dev.vgg16.inference.batch.PendingItems} (admission by {@link
 * dev.vgg16.inference.batch.AdmissionControl}, order by {@link
 * dev.vgg16.inference.batch.RoundRobinQueue}, share of a client by {@link
 * dev.vgg16.service.fairness.FairShares}), {@link dev.vgg16.inference.batch.Preparer}, {@link
 * dev.vgg16.inference.batch.BatchAssembler} (start of a run by {@link
 * dev.vgg16.inference.batch.BatchPolicy}), {@link dev.vgg16.inference.batch.Worker}.
 */
@NullMarked
package dev.vgg16.inference.batch;

import org.jspecify.annotations.NullMarked;
