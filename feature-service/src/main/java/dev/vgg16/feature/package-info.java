/**
 * The feature service: images in, feature maps and scores out.
 *
 * <p>{@link dev.vgg16.feature.FeatureServer} wires the rooms in the order in which data goes
 * through them: {@code api} takes a request, {@code cache} knows whether its image was seen before
 * (if there is one), {@code image} decodes it, {@code serving.batch} puts it beside others, {@code
 * backbone} runs, {@code pipeline} hands the maps on, {@code relay} takes them to the heads.
 */
package dev.vgg16.feature;
