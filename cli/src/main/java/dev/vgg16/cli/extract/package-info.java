/** {@code vgg16 extract}: start with {@link dev.vgg16.cli.extract.ExtractCommand}. */
package dev.vgg16.cli.extract;
