/**
 * Metrics by the OpenTelemetry API, whose no-op implementation is used when metrics are off ({@link
 * dev.vgg16.service.telemetry.Telemetry}), and a log that never blocks the service ({@link
 * dev.vgg16.service.telemetry.BoundedLogAppender}, {@link
 * dev.vgg16.service.telemetry.StandardError}).
 */
@NullMarked
package dev.vgg16.service.telemetry;

import org.jspecify.annotations.NullMarked;
