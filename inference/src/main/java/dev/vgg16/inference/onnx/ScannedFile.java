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
 * A model file that was scanned before ONNX Runtime reads it. Weights are skipped, so that a scan
 * takes no more memory for a large file than for a small one.
 *
 * @param path of the file
 * @param outputs the names of its outputs, at most ten
 */
record ScannedFile(Path path, List<String> outputs) {

  /** A buffer and a protobuf message hold less than 2 GiB, of which some is for an extension. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - (1 << 20);

  private static final int BUFFER_BYTES = 1 << 13;

  /**
   * Scans a file.
   *
   * @throws ModelLoadException when it is not an ONNX model, is too large, or has external weights
   */
  static ScannedFile read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      int size = size(file, channel);
      CodedInputStream in =
          CodedInputStream.newInstance(new SeekingInputStream(channel), BUFFER_BYTES);
      // So that a field that claims to be longer than the file is an error.
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
   * The whole file in native memory, with room after it.
   *
   * @param more bytes after the file
   * @return a buffer whose position is at the end of the file's bytes
   * @throws ModelLoadException when it can't be read, or is too large
   */
  ByteBuffer bytes(int more) {
    try (FileChannel channel = FileChannel.open(path)) {
      int size = size(path, channel);
      ByteBuffer bytes = ByteBuffer.allocateDirect(size + more).limit(size);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          throw new EOFException("it was truncated while it was read");
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
