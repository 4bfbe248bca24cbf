/**
 * {@code POST /v1/classify}: {@link dev.vgg16.feature.http.classify.ClassifyEndpoint} reads the
 * images of a request ({@link dev.vgg16.feature.http.classify.ClassifyInput}), classifies some at a
 * time, and writes each result when it is there.
 */
@NullMarked
package dev.vgg16.feature.http.classify;

import org.jspecify.annotations.NullMarked;
