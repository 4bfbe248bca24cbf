/**
 * A small interface to ONNX Runtime: {@link dev.vgg16.inference.onnx.OnnxModel} is a model in one
 * session, {@link dev.vgg16.inference.onnx.OutputForm} a form of its output, {@link
 * dev.vgg16.inference.onnx.RowBuffer} the native memory of its inputs and outputs, {@link
 * dev.vgg16.inference.onnx.ExecutionProvider} what runs it, {@link
 * dev.vgg16.inference.onnx.OpenModels} the models whose runs end before the process does.
 */
@NullMarked
package dev.vgg16.inference.onnx;

import org.jspecify.annotations.NullMarked;
