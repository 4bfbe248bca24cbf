/**
 * The outcomes of items: {@link dev.vgg16.service.outcome.ItemOutcomes} intercepts each call and
 * notifies a listener, which counts or logs the outcomes.
 */
@NullMarked
package dev.vgg16.service.outcome;

import org.jspecify.annotations.NullMarked;
