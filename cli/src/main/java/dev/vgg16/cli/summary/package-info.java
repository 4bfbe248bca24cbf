/** {@code vgg16 summary}: start with {@link dev.vgg16.cli.summary.SummaryCommand}. */
@NullMarked
package dev.vgg16.cli.summary;

import org.jspecify.annotations.NullMarked;
