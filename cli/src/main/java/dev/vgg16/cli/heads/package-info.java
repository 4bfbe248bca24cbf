/** {@code vgg16 heads}: start with {@link dev.vgg16.cli.heads.HeadsCommand}. */
@NullMarked
package dev.vgg16.cli.heads;

import org.jspecify.annotations.NullMarked;
