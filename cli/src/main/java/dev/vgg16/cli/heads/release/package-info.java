/**
 * {@code vgg16 heads promote} and the like: which versions of a head answer, in the folder of
 * heads. Start with {@link dev.vgg16.cli.heads.release.ReleaseOptions}, which makes a change.
 */
@NullMarked
package dev.vgg16.cli.heads.release;

import org.jspecify.annotations.NullMarked;
