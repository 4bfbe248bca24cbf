/**
 * Replicas that come and go under load. {@link dev.vgg16.bench.replicas.ReplicatedService} starts
 * and stops those of one service, {@link dev.vgg16.bench.replicas.BalancedCalls} is the load, and
 * {@link dev.vgg16.bench.replicas.Shares} and {@link dev.vgg16.bench.replicas.Calls} are what was
 * seen.
 */
@NullMarked
package dev.vgg16.bench.replicas;

import org.jspecify.annotations.NullMarked;
