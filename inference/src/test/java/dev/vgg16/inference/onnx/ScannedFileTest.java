package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import dev.vgg16.inference.onnx.OnnxModel.ModelLoadException;
import dev.vgg16.inference.onnx.proto.GraphProto;
import dev.vgg16.inference.onnx.proto.ModelProto;
import dev.vgg16.inference.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model file of any size is scanned in little memory. */
class ScannedFileTest {

  private static final int LARGE = 1 << 30;

  @TempDir private Path folder;

  /** Field numbers to the weights: raw bytes, floats, a string. */
  @ParameterizedTest
  @ValueSource(ints = {9, 4, 8})
  void weightsStayInTheFile(int field) throws IOException {
    Path file = modelWithWeights(field, LARGE, LARGE);
    long before = allocated();
    assertThat(ScannedFile.read(file).outputs()).containsExactly("y");
    assertThat(allocated() - before).isLessThan(1 << 20);
  }

  /** The length of a name is checked before it is read. */
  @Test
  void aHugeNameIsRefused() throws IOException {
    Path file = folder.resolve("name.onnx");
    try (OutputStream out = Files.newOutputStream(file)) {
      CodedOutputStream coded = CodedOutputStream.newInstance(out);
      begin(coded, 7, LARGE + 20);
      begin(coded, 12, LARGE + 10);
      begin(coded, 1, LARGE);
      coded.flush();
    }
    stretch(file, LARGE + 30);
    long before = allocated();
    assertThatThrownBy(() -> ScannedFile.read(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageEndingWith("name.onnx can't be loaded: it is no ONNX model");
    assertThat(allocated() - before).isLessThan(1 << 20);
  }

  @Test
  void truncatedWeightsAreRefused() throws IOException {
    Path file = modelWithWeights(9, LARGE, LARGE - 1);
    assertThatThrownBy(() -> ScannedFile.read(file))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("it is no ONNX model");
  }

  @Test
  void readsTheFileWithRoomAfterIt() throws IOException {
    Path file = Fixtures.model("affine");
    ByteBuffer bytes = ScannedFile.read(file).bytes(3);
    assertThat(bytes.isDirect()).isTrue();
    assertThat(bytes.remaining()).isEqualTo(3);
    assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(Files.readAllBytes(file)));
  }

  @Test
  void aDeletedFileIsNamedWithTheCause() {
    assertThatThrownBy(() -> ScannedFile.read(folder.resolve("gone.onnx")))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("gone.onnx can't be read")
        .hasCauseInstanceOf(IOException.class);
  }

  /** A sparse file with a model whose output is y and whose weights fill the rest of the file. */
  private Path modelWithWeights(int field, int claimed, int there) throws IOException {
    Path file = folder.resolve("large.onnx");
    ModelProto model =
        ModelProto.newBuilder()
            .setGraph(GraphProto.newBuilder().addOutput(ValueInfoProto.newBuilder().setName("y")))
            .build();
    try (OutputStream out = Files.newOutputStream(file)) {
      CodedOutputStream coded = CodedOutputStream.newInstance(out);
      model.writeTo(coded);
      begin(coded, 7, size(5, size(field, claimed)));
      begin(coded, 5, size(field, claimed));
      begin(coded, field, claimed);
      coded.flush();
    }
    stretch(file, Files.size(file) + there);
    return file;
  }

  private static int size(int field, int content) {
    return CodedOutputStream.computeTagSize(field)
        + CodedOutputStream.computeUInt32SizeNoTag(content)
        + content;
  }

  private static void begin(CodedOutputStream out, int field, int size) throws IOException {
    out.writeTag(field, 2);
    out.writeUInt32NoTag(size);
  }

  private static void stretch(Path file, long size) throws IOException {
    try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
      random.setLength(size);
    }
  }

  /** Bytes that this thread has allocated. */
  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}
