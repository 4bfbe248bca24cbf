/**
 * The RPCs: {@link dev.vgg16.head.api.HeadApi} receives requests and sends responses, {@link
 * dev.vgg16.head.api.RequestScorer} selects the heads of a request, lets them score, and builds the
 * response. The contract's messages are known here, in {@code wire} and in {@code admin} alone.
 */
@NullMarked
package dev.vgg16.head.api;

import org.jspecify.annotations.NullMarked;
