/**
 * The HTTP port: {@link dev.vgg16.feature.http.HttpServer} listens, an {@link
 * dev.vgg16.feature.http.Endpoint} serves a path. Endpoints call the gRPC services within the
 * process ({@link dev.vgg16.feature.http.GrpcCalls}), so that limits, tokens, metrics and logs are
 * those of gRPC; what fails is told as a {@link dev.vgg16.feature.http.Problem}.
 */
@NullMarked
package dev.vgg16.feature.http;

import org.jspecify.annotations.NullMarked;
