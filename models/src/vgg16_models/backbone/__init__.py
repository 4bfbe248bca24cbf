"""The VGG16 backbone: weights, ONNX export, quantization, preprocessing, comparison with Keras."""
