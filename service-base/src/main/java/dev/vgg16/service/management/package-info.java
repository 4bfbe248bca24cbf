/**
 * Liveness, readiness and metrics of a process, served over plain HTTP on a separate address:
 * {@link dev.vgg16.service.management.ManagementServer} serves them, {@link
 * dev.vgg16.service.management.ProcessHealth} combines the health of the parts.
 */
@NullMarked
package dev.vgg16.service.management;

import org.jspecify.annotations.NullMarked;
