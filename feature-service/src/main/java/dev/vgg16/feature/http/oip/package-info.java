/**
 * The REST form of the Open Inference Protocol (version 2), with Triton's binary tensors: {@link
 * dev.vgg16.feature.http.oip.InferenceRoutes} makes the calls of {@code
 * inference.GRPCInferenceService} of what it is asked.
 */
@NullMarked
package dev.vgg16.feature.http.oip;

import org.jspecify.annotations.NullMarked;
