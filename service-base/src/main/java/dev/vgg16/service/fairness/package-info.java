/**
 * Bounded resources that clients share: {@link dev.vgg16.service.fairness.FairShares} leaves each
 * one its part.
 */
package dev.vgg16.service.fairness;
