/**
 * What an operator's tools ask a process over plain HTTP, on an address of its own: is it alive, is
 * it ready, what does it measure. {@link dev.vgg16.service.management.ManagementServer} listens,
 * {@link dev.vgg16.service.management.ProcessHealth} has the answers of the parts.
 */
@NullMarked
package dev.vgg16.service.management;

import org.jspecify.annotations.NullMarked;
