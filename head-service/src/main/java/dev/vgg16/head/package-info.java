/**
 * The head service: feature maps in, scores out.
 *
 * <p>{@link dev.vgg16.head.HeadServer} creates and connects the components: {@code registry} loads
 * heads from disk and finds them by name, {@code scoring} scores maps with them, {@code novelty}
 * measures how unlike the training images maps are, {@code shadow} scores again for comparison,
 * {@code wire} reads streamed maps in gRPC's receive buffers, {@code api} has the RPCs, {@code
 * admin} those of the administration.
 */
@NullMarked
package dev.vgg16.head;

import org.jspecify.annotations.NullMarked;
