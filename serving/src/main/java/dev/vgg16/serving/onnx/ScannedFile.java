package dev.vgg16.serving.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.vgg16.serving.onnx.OnnxModel.ModelLoadException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.List;

/**
 * A model file, looked at before ONNX Runtime reads it.
 *
 * @param bytes all of it, mapped
 * @param outputs the names of its outputs, the first ten
 */
record ScannedFile(ByteBuffer bytes, List<String> outputs) {

  /** A buffer holds less than 2 GiB, as does a protobuf message; and taps must fit too. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - (1 << 20);

  /**
   * Maps a file and reads over it.
   *
   * @throws ModelLoadException when it is no ONNX model, or too large, or keeps weights elsewhere
   */
  static ScannedFile read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() > MAX_BYTES) {
        throw new ModelLoadException(
            "%s can't be loaded: it has %,d bytes, and a model has at most %,d"
                .formatted(file, channel.size(), MAX_BYTES),
            null);
      }
      ByteBuffer bytes = channel.map(MapMode.READ_ONLY, 0, channel.size());
      ModelScan.Result found = ModelScan.of(input(bytes));
      if (found.externalData().isPresent()) {
        throw ModelLoadException.external(file.toString(), found.externalData().get());
      }
      return new ScannedFile(bytes, found.outputs());
    } catch (InvalidProtocolBufferException e) {
      throw new ModelLoadException(file + " can't be loaded: it is no ONNX model", e);
    } catch (IOException e) {
      throw new ModelLoadException(file + " can't be read: " + e.getMessage(), e);
    }
  }

  /** Without copies of what is read. */
  private static CodedInputStream input(ByteBuffer bytes) {
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    input.enableAliasing(true);
    return input;
  }
}
