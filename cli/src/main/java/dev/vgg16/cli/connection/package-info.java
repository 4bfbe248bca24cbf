/** Options that several commands share: the service's address, TLS and tokens. */
@NullMarked
package dev.vgg16.cli.connection;

import org.jspecify.annotations.NullMarked;
