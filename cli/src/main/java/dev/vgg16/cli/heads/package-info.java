/** {@code vgg16 heads}: start with {@link dev.vgg16.cli.heads.HeadsCommand}. */
package dev.vgg16.cli.heads;
