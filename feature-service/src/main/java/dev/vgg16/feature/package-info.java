/**
 * The feature service: images in, feature maps and scores out.
 *
 * <p>{@link dev.vgg16.feature.FeatureServer} creates the parts and connects them. A request goes
 * through the packages in this order: {@code api} takes it; {@code cache}, if there is one, knows
 * whether its image was seen before; {@code inference.batch} queues it; {@code image} decodes it;
 * {@code backbone} computes its map; {@code pipeline} gives the map to its caller or to {@code
 * relay}, which sends it to the heads.
 */
@NullMarked
package dev.vgg16.feature;

import org.jspecify.annotations.NullMarked;
