/**
 * The Open Inference Protocol (version 2) with some of Triton's extensions, on the same pipeline as
 * {@code vgg16.v1}: each image of a request is a job of its own. {@code
 * inference/grpc_service.proto} has the contract.
 */
@NullMarked
package dev.vgg16.feature.oip;

import org.jspecify.annotations.NullMarked;
