/** {@code vgg16 summary}: start with {@link dev.vgg16.cli.summary.SummaryCommand}. */
package dev.vgg16.cli.summary;
