/**
 * Command lines: {@link dev.vgg16.commandline.CommandLines} runs a picocli command the way all
 * programs here do, with environment variables as defaults and errors of one line.
 */
@NullMarked
package dev.vgg16.service.options;

import org.jspecify.annotations.NullMarked;
