package dev.vgg16.inference.onnx;

import com.google.protobuf.CodedOutputStream;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.inference.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/** A model file, extended in memory so that its output can be had in further forms. */
final class GraphExtension {

  private GraphExtension() {}

  /**
   * The file's bytes with {@link Graphs#taps} after them.
   *
   * @throws ModelLoadException when the file is no ONNX model of one output
   */
  static ByteBuffer extend(ScannedFile file, Set<OutputForm> forms) {
    ModelProto taps = Graphs.taps(outputOf(file), forms);
    ByteBuffer tapped = file.bytes(taps.getSerializedSize());
    CodedOutputStream end = CodedOutputStream.newInstance(tapped.slice());
    try {
      taps.writeTo(end);
      end.flush();
    } catch (IOException e) {
      throw new IllegalStateException("a buffer of the right size is too small", e);
    }
    return tapped.rewind();
  }

  private static String outputOf(ScannedFile file) {
    if (file.outputs().size() != 1) {
      throw ModelLoadException.notOne(file.path().toString(), "output", file.outputs());
    }
    return file.outputs().get(0);
  }
}
