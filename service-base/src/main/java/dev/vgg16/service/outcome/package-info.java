/**
 * How the items that a service was asked for ended: {@link dev.vgg16.service.outcome.ItemOutcomes}
 * looks at each call and tells a listener, which counts them or writes them to the log.
 */
@NullMarked
package dev.vgg16.service.outcome;

import org.jspecify.annotations.NullMarked;
