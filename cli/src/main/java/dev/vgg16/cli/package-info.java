/**
 * The program {@code vgg16}: start at {@link dev.vgg16.cli.Vgg16}. Each subcommand has its own
 * package; {@code classify} and {@code extract} share {@code upload} (options, connection, sending)
 * and {@code images} (which files, and their bytes).
 */
@NullMarked
package dev.vgg16.cli;

import org.jspecify.annotations.NullMarked;
