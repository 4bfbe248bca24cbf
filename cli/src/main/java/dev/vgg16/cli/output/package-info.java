/**
 * What a person sees: {@link dev.vgg16.cli.output.Table} and {@link dev.vgg16.cli.output.Progress}.
 */
package dev.vgg16.cli.output;
