/** The administration of heads over gRPC, on a port of its own. */
package dev.vgg16.head.admin;
