/**
 * The head service: feature maps in, scores out.
 *
 * <p>{@link dev.vgg16.head.HeadServer} wires the rooms: {@code registry} reads heads from disk and
 * finds them by name, {@code head} scores maps with them, {@code novelty} measures how unlike the
 * training's they are, {@code wire} reads streamed maps where gRPC received them, {@code api} is
 * the RPCs.
 */
@NullMarked
package dev.vgg16.head;

import org.jspecify.annotations.NullMarked;
