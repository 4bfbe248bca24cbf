/**
 * Manifests: JSON files that describe a model. {@link dev.vgg16.inference.manifest.JsonManifest}
 * reads their fields, with errors that name the file and the field; {@link
 * dev.vgg16.inference.manifest.ModelFile} is a model file with its digest.
 */
@NullMarked
package dev.vgg16.inference.manifest;

import org.jspecify.annotations.NullMarked;
