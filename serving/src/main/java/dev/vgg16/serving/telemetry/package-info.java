/**
 * Metrics, through the OpenTelemetry API, whose own no-op implementation serves where none are
 * wanted. Start with {@link dev.vgg16.serving.telemetry.Telemetry}.
 */
package dev.vgg16.serving.telemetry;
