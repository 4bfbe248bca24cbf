/**
 * Metrics, through the OpenTelemetry API, whose own no-op implementation serves where none are
 * wanted ({@link dev.vgg16.service.telemetry.Telemetry}), and the log, which nobody waits for
 * ({@link dev.vgg16.service.telemetry.BoundedLogAppender}, {@link
 * dev.vgg16.service.telemetry.StandardError}).
 */
@NullMarked
package dev.vgg16.service.telemetry;

import org.jspecify.annotations.NullMarked;
