/** The administration of heads over gRPC, on a port of its own. */
@NullMarked
package dev.vgg16.head.admin;

import org.jspecify.annotations.NullMarked;
