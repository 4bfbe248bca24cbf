/**
 * The files of the console, a page for people: {@link dev.vgg16.feature.http.console.ConsoleFiles}.
 * They are resources in the folder {@code console}, served as they are.
 */
@NullMarked
package dev.vgg16.feature.http.console;

import org.jspecify.annotations.NullMarked;
