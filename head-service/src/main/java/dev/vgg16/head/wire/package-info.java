/**
 * How requests of {@code ScoreStream} are read without copying their maps. Start with {@link
 * dev.vgg16.head.wire.ScoreStreamMethod}; {@link dev.vgg16.head.wire.ReceivedRequest} is the
 * result.
 */
@NullMarked
package dev.vgg16.head.wire;

import org.jspecify.annotations.NullMarked;
