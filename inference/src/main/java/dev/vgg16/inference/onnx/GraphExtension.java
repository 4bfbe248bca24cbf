package dev.vgg16.inference.onnx;

import com.google.protobuf.CodedOutputStream;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.inference.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/** Extends a model in memory by further forms of its output. */
final class GraphExtension {

  private GraphExtension() {}

  /**
   * The file's bytes with {@link Graphs#outputForms} appended.
   *
   * @throws ModelLoadException when the file is not an ONNX model with one output
   */
  static ByteBuffer extend(ScannedFile file, Set<OutputForm> forms) {
    ModelProto extension = Graphs.outputForms(outputOf(file), forms);
    ByteBuffer extended = file.bytes(extension.getSerializedSize());
    CodedOutputStream end = CodedOutputStream.newInstance(extended.slice());
    try {
      extension.writeTo(end);
      end.flush();
    } catch (IOException e) {
      throw new IllegalStateException("a buffer of the right size is too small", e);
    }
    return extended.rewind();
  }

  private static String outputOf(ScannedFile file) {
    if (file.outputs().size() != 1) {
      throw ModelLoadException.notOne(file.path().toString(), "output", file.outputs());
    }
    return file.outputs().get(0);
  }
}
