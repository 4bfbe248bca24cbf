/** Options that several commands share: which service, how to reach it and how to send to it. */
@NullMarked
package dev.vgg16.cli.connection;

import org.jspecify.annotations.NullMarked;
