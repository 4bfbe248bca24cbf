"""Heads: the Keras model, ONNX export, Grad-CAM, novelty, classifiers of other frameworks."""
