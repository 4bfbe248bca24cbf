/**
 * ONNX Runtime behind a narrow face: {@link dev.vgg16.inference.onnx.OnnxModel} is one model in one
 * session, {@link dev.vgg16.inference.onnx.OutputForm} what its output can be had in, {@link
 * dev.vgg16.inference.onnx.RowBuffer} the memory it reads and writes, {@link
 * dev.vgg16.inference.onnx.Device} where it runs.
 */
package dev.vgg16.inference.onnx;
