/**
 * Output on a terminal: {@link dev.vgg16.cli.output.Table} and {@link
 * dev.vgg16.cli.output.Progress}, of text that is {@link dev.vgg16.cli.output.Printable}.
 */
@NullMarked
package dev.vgg16.cli.output;

import org.jspecify.annotations.NullMarked;
