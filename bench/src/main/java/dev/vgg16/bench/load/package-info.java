/**
 * What is loaded, and how: {@link dev.vgg16.bench.load.BareBackbone} is ONNX Runtime alone, {@link
 * dev.vgg16.bench.load.ClosedLoop} the services under ghz, {@link dev.vgg16.bench.load.OpenLoop}
 * the services under a schedule.
 */
package dev.vgg16.bench.load;
