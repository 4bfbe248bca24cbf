/**
 * The outcomes of items and calls: {@link dev.vgg16.service.outcome.ItemOutcomes} intercepts each
 * call and notifies a listener, which counts or logs the outcomes of its items; {@link
 * dev.vgg16.service.outcome.RequestLog} logs the call at its end.
 */
@NullMarked
package dev.vgg16.service.outcome;

import org.jspecify.annotations.NullMarked;
