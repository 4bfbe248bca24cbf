/**
 * The gRPC server of a service: {@link dev.vgg16.service.grpc.GrpcServer} starts, drains and stops
 * it, {@link dev.vgg16.service.grpc.TransportLimits} bounds what clients can occupy, {@link
 * dev.vgg16.service.grpc.Statuses} converts failures, {@link dev.vgg16.service.grpc.ItemStream} is
 * the server's side of a stream of independent items.
 */
@NullMarked
package dev.vgg16.service.grpc;

import org.jspecify.annotations.NullMarked;
