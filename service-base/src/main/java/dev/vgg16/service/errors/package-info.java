/** Failures, independent of gRPC: {@link dev.vgg16.service.errors.ServingException}. */
@NullMarked
package dev.vgg16.service.errors;

import org.jspecify.annotations.NullMarked;
