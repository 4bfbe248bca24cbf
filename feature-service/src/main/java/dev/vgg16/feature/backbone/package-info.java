/**
 * The convolutional base: {@link dev.vgg16.feature.backbone.BackboneManifest} describes it, {@link
 * dev.vgg16.feature.backbone.BackboneLoader} chooses device and precision, {@link
 * dev.vgg16.feature.backbone.Backbone} runs it.
 */
@NullMarked
package dev.vgg16.feature.backbone;

import org.jspecify.annotations.NullMarked;
