/**
 * What moving and scoring maps costs, beside what gRPC itself costs. Start with {@link
 * dev.vgg16.bench.relay.RelayLoad}.
 */
package dev.vgg16.bench.relay;
