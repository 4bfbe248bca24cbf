package dev.vgg16.serving.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.vgg16.serving.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.serving.onnx.proto.ModelProto;
import dev.vgg16.serving.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** A model file, extended in memory so that its output can be had in further forms. */
final class TappedFile {

  /** A buffer holds less than 2 GiB, and the taps must fit too. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - (1 << 20);

  private TappedFile() {}

  /**
   * The file's bytes with {@link Graphs#taps} after them.
   *
   * @throws ModelLoadException when the file is no ONNX model of one output, or too large
   */
  static ByteBuffer read(Path file, Set<OutputForm> forms) {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() > MAX_BYTES) {
        throw new ModelLoadException(
            "%s has %d bytes: other output forms can be had of models up to %d bytes"
                .formatted(file, channel.size(), MAX_BYTES),
            null);
      }
      ByteBuffer bytes = channel.map(MapMode.READ_ONLY, 0, channel.size());
      ModelProto taps = Graphs.taps(outputOf(file, bytes), forms);
      ByteBuffer tapped = ByteBuffer.allocateDirect(bytes.remaining() + taps.getSerializedSize());
      CodedOutputStream end = CodedOutputStream.newInstance(tapped.put(bytes).slice());
      taps.writeTo(end);
      end.flush();
      return tapped.rewind();
    } catch (IOException e) {
      throw new ModelLoadException(file + " can't be read: " + e.getMessage(), e);
    }
  }

  private static String outputOf(Path file, ByteBuffer bytes) throws IOException {
    // Weights are unknown to the subset of ONNX's schema; so they are no copies, but slices.
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    input.enableAliasing(true);
    List<String> outputs =
        ModelProto.parseFrom(input).getGraph().getOutputList().stream()
            .map(ValueInfoProto::getName)
            .toList();
    if (outputs.size() != 1) {
      throw ModelLoadException.notOne(file.toString(), "output", outputs);
    }
    return outputs.get(0);
  }
}
