/**
 * Bounded resources that clients share: {@link dev.vgg16.service.fairness.FairShares} leaves each
 * one its part.
 */
@NullMarked
package dev.vgg16.service.fairness;

import org.jspecify.annotations.NullMarked;
