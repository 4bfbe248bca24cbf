/**
 * Fair sharing of bounded resources among clients: {@link dev.vgg16.service.fairness.FairShares}.
 */
@NullMarked
package dev.vgg16.service.fairness;

import org.jspecify.annotations.NullMarked;
