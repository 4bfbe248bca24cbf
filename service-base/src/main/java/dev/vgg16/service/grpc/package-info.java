/**
 * What every gRPC service here needs: {@link dev.vgg16.service.grpc.GrpcServer} starts, drains and
 * stops; {@link dev.vgg16.service.grpc.Statuses} is the one place where failures become statuses;
 * {@link dev.vgg16.service.grpc.ItemStream} is a stream of independent items, server side.
 */
@NullMarked
package dev.vgg16.service.grpc;

import org.jspecify.annotations.NullMarked;
