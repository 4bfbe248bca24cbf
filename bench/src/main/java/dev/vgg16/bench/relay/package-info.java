/**
 * The cost of moving and scoring maps, compared with that of gRPC alone. Start with {@link
 * dev.vgg16.bench.relay.RelayLoad}.
 */
package dev.vgg16.bench.relay;
