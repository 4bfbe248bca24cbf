package dev.vgg16.serving.onnx;

import com.google.protobuf.CodedOutputStream;
import dev.vgg16.serving.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.serving.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A model file, extended in memory so that its output can be had in further forms. */
final class TappedFile {

  private TappedFile() {}

  /**
   * The file's bytes with {@link Graphs#taps} after them.
   *
   * @param name what errors call the model
   * @throws ModelLoadException when the file is no ONNX model of one output
   */
  static ByteBuffer extend(Path name, ScannedFile file, Set<OutputForm> forms) {
    ModelProto taps = Graphs.taps(outputOf(name, file.outputs()), forms);
    ByteBuffer bytes = file.bytes().duplicate();
    ByteBuffer tapped = ByteBuffer.allocateDirect(bytes.remaining() + taps.getSerializedSize());
    CodedOutputStream end = CodedOutputStream.newInstance(tapped.put(bytes).slice());
    try {
      taps.writeTo(end);
      end.flush();
    } catch (IOException e) {
      throw new IllegalStateException("a buffer of the right size is too small", e);
    }
    return tapped.rewind();
  }

  private static String outputOf(Path name, List<String> outputs) {
    if (outputs.size() != 1) {
      throw ModelLoadException.notOne(name.toString(), "output", outputs);
    }
    return outputs.get(0);
  }
}
