/**
 * The program {@code vgg16}: start at {@link dev.vgg16.cli.Vgg16}. Each subcommand has a package of
 * its own; {@code classify} and {@code extract} share {@code images} (which files, and their bytes)
 * and {@code exchange} (a stream that survives a restart of the service).
 */
package dev.vgg16.cli;
