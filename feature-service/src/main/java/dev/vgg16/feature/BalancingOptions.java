package dev.vgg16.feature;

import dev.vgg16.service.grpc.StreamAge;

/**
 * What spreads callers over the replicas of this service.
 *
 * @param streamAge at which a stream is drained
 * @param loadReports whether callers are told the load
 */
record BalancingOptions(StreamAge streamAge, boolean loadReports) {}
