/**
 * What every gRPC service here needs: {@link dev.vgg16.serving.grpc.GrpcServer} starts, drains and
 * stops; {@link dev.vgg16.serving.grpc.Statuses} is the one place where failures become statuses;
 * {@link dev.vgg16.serving.grpc.ItemStream} is a stream of independent items, server side.
 */
package dev.vgg16.serving.grpc;
