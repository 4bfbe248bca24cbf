/**
 * The load: {@link dev.vgg16.bench.load.BareBackbone} is ONNX Runtime alone, {@link
 * dev.vgg16.bench.load.ClosedLoop} the services under a closed loop of ghz, {@link
 * dev.vgg16.bench.load.OpenLoop} the services under an open-loop schedule.
 */
package dev.vgg16.bench.load;
