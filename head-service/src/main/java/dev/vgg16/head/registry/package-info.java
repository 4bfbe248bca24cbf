/**
 * The heads that are loaded. {@link dev.vgg16.head.registry.HeadRegistry} finds them by name,
 * {@link dev.vgg16.head.registry.HeadFolder} reads them from disk, and {@link
 * dev.vgg16.head.registry.FolderSync} brings the one up to date with the other while they serve.
 */
package dev.vgg16.head.registry;
