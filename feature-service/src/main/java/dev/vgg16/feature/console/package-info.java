/**
 * The files of the console, a page for people: {@link dev.vgg16.feature.console.ConsoleFiles}. They
 * are resources in the folder {@code console}, served as they are.
 */
@NullMarked
package dev.vgg16.feature.console;

import org.jspecify.annotations.NullMarked;
