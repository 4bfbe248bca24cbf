package dev.vgg16.inference.onnx;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** The small models beside {@code make_fixtures.py}. */
final class Fixtures {

  private Fixtures() {}

  static Path model(String name) {
    URL url = Fixtures.class.getResource("/onnx/" + name + ".onnx");
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static OnnxModel load(String name) {
    return OnnxModel.load(model(name), SessionSettings.singleThread());
  }
}
