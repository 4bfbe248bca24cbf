package dev.vgg16.inference.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * A model file, looked at before ONNX Runtime reads it. Weights are passed over, so that it takes
 * no more memory for a large file than for a small one.
 *
 * @param path where it is
 * @param outputs the names of its outputs, the first ten
 */
record ScannedFile(Path path, List<String> outputs) {

  /** A buffer holds less than 2 GiB, as does a protobuf message; and taps must fit too. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - (1 << 20);

  private static final int BUFFER_BYTES = 1 << 13;

  /**
   * Reads over a file.
   *
   * @throws ModelLoadException when it is no ONNX model, or too large, or keeps weights elsewhere
   */
  static ScannedFile read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      int size = size(file, channel);
      CodedInputStream in =
          CodedInputStream.newInstance(new SeekingInputStream(channel), BUFFER_BYTES);
      // What claims to be longer than the file is then seen at once, and not passed over.
      int unlimited = in.pushLimit(size);
      ModelScan.Result found = ModelScan.of(in);
      in.popLimit(unlimited);
      if (found.externalData().isPresent()) {
        throw ModelLoadException.external(file.toString(), found.externalData().get());
      }
      return new ScannedFile(file, found.outputs());
    } catch (InvalidProtocolBufferException e) {
      throw new ModelLoadException(file + " can't be loaded: it is no ONNX model", null);
    } catch (IOException e) {
      throw ModelLoadException.unreadable(file, e);
    }
  }

  /**
   * All of the file, and room for more, in native memory.
   *
   * @param more bytes after the file's
   * @return a buffer whose position is after the file's bytes
   * @throws ModelLoadException when it can't be read, or is too large
   */
  ByteBuffer bytes(int more) {
    try (FileChannel channel = FileChannel.open(path)) {
      int size = size(path, channel);
      ByteBuffer bytes = ByteBuffer.allocateDirect(size + more).limit(size);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new EOFException("it became shorter while it was read");
        }
      }
      return bytes.limit(size + more);
    } catch (IOException e) {
      throw ModelLoadException.unreadable(path, e);
    }
  }

  private static int size(Path file, FileChannel channel) throws IOException {
    if (channel.size() > MAX_BYTES) {
      throw new ModelLoadException(
          "%s can't be loaded: it has %,d bytes, and a model has at most %,d"
              .formatted(file, channel.size(), MAX_BYTES),
          null);
    }
    return (int) channel.size();
  }
}
