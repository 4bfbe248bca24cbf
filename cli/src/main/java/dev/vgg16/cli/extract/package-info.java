/** {@code vgg16 extract}: start with {@link dev.vgg16.cli.extract.ExtractCommand}. */
@NullMarked
package dev.vgg16.cli.extract;

import org.jspecify.annotations.NullMarked;
