"""Building ONNX graphs, and adapting given ones."""
