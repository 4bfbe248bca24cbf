/**
 * What every command line does: options from environment variables, messages of errors, exit codes.
 * Start at {@link dev.vgg16.commandline.CommandLines}.
 */
@NullMarked
package dev.vgg16.commandline;

import org.jspecify.annotations.NullMarked;
