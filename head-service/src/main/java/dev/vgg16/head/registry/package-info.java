/**
 * The heads that are loaded: {@link dev.vgg16.head.registry.HeadFolder} reads them from disk,
 * {@link dev.vgg16.head.registry.HeadRegistry} finds them by name.
 */
package dev.vgg16.head.registry;
