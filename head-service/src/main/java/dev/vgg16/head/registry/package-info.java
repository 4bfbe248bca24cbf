/**
 * The heads that are loaded, and how they come from disk while they serve.
 *
 * <p>{@link dev.vgg16.head.registry.HeadFolder} makes a {@link dev.vgg16.head.registry.HeadCatalog}
 * of what the folder holds, {@link dev.vgg16.head.registry.Reconciliation} decides from it what to
 * load and unload, {@link dev.vgg16.head.registry.FolderSync} does that, and {@link
 * dev.vgg16.head.registry.HeadRegistry} finds what is loaded by name.
 */
@NullMarked
package dev.vgg16.head.registry;

import org.jspecify.annotations.NullMarked;
