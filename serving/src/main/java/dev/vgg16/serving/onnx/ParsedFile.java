package dev.vgg16.serving.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.vgg16.serving.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.serving.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/**
 * A model file, looked at before ONNX Runtime reads it.
 *
 * @param bytes all of it, mapped
 * @param model what of it is known here; the weights are slices of the bytes, and no copies
 */
record ParsedFile(ByteBuffer bytes, ModelProto model) {

  /** A buffer holds less than 2 GiB, as does a protobuf message; and taps must fit too. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - (1 << 20);

  /**
   * Maps and parses a file.
   *
   * @throws ModelLoadException when it is no ONNX model, or too large, or keeps weights elsewhere
   */
  static ParsedFile read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() > MAX_BYTES) {
        throw new ModelLoadException(
            "%s can't be loaded: it has %,d bytes, and a model has at most %,d"
                .formatted(file, channel.size(), MAX_BYTES),
            null);
      }
      ByteBuffer bytes = channel.map(MapMode.READ_ONLY, 0, channel.size());
      ModelProto model = parse(bytes);
      ExternalData.find(model)
          .ifPresent(
              location -> {
                throw ModelLoadException.external(file.toString(), location);
              });
      return new ParsedFile(bytes, model);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelLoadException(file + " can't be loaded: it is no ONNX model", e);
    } catch (IOException e) {
      throw new ModelLoadException(file + " can't be read: " + e.getMessage(), e);
    }
  }

  private static ModelProto parse(ByteBuffer bytes) throws IOException {
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    input.enableAliasing(true);
    return ModelProto.parseFrom(input);
  }
}
