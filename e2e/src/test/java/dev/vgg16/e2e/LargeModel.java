package dev.vgg16.e2e;

import com.google.protobuf.CodedOutputStream;
import dev.vgg16.inference.onnx.proto.GraphProto;
import dev.vgg16.inference.onnx.proto.ModelProto;
import dev.vgg16.inference.onnx.proto.NodeProto;
import dev.vgg16.inference.onnx.proto.OperatorSetIdProto;
import dev.vgg16.inference.onnx.proto.TensorShapeProto;
import dev.vgg16.inference.onnx.proto.TypeProto;
import dev.vgg16.inference.onnx.proto.ValueInfoProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes models of 200 MB: maps of 5x5x512, flattened, and two dense layers, the first of 4096. The
 * weights are written piece by piece, as parts of a graph that protobuf merges.
 */
final class LargeModel {

  private static final int FLOAT = 1;
  private static final int INT64 = 7;
  private static final int INPUTS = 5 * 5 * 512;
  private static final int HIDDEN = 4096;
  private static final int GRAPH_IN_MODEL = 7;
  private static final int TENSOR_IN_GRAPH = 5;
  private static final int RAW_DATA = 9;

  private LargeModel() {}

  /** A head of two classes. */
  static void head(Path file) throws IOException {
    List<NodeProto.Builder> nodes = layers();
    nodes.add(node("Softmax", "scores", "out"));
    write(file, nodes, tensor("scores", 2), 2, new long[0]);
  }

  /** What explains it. */
  static void explain(Path file) throws IOException {
    List<NodeProto.Builder> nodes = layers();
    nodes.add(node("Sigmoid", "heat", "out"));
    nodes.add(node("Reshape", "heat_maps", "heat", "shape"));
    write(file, nodes, tensor("heat_maps", 2, 5, 5), 2 * 5 * 5, new long[] {-1, 2, 5, 5});
  }

  private static List<NodeProto.Builder> layers() {
    return new ArrayList<>(
        List.of(
            node("Flatten", "flat", "features"),
            node("Gemm", "sums", "flat", "w1"),
            node("Relu", "hidden", "sums"),
            node("Gemm", "out", "hidden", "w2")));
  }

  private static void write(
      Path file,
      List<NodeProto.Builder> nodes,
      ValueInfoProto output,
      int outputs,
      long[] reshapeTo)
      throws IOException {
    GraphProto.Builder graph =
        GraphProto.newBuilder().setName("large").addInput(tensor("features", 5, 5, 512));
    nodes.forEach(graph::addNode);
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(9)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph.addOutput(output))
            .build();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      model.writeTo(out);
      weights(out, "w1", INPUTS, HIDDEN);
      weights(out, "w2", HIDDEN, outputs);
      if (reshapeTo.length > 0) {
        ByteBuffer sizes = ByteBuffer.allocate(8 * reshapeTo.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long size : reshapeTo) {
          sizes.putLong(size);
        }
        begin(out, "shape", INT64, sizes.capacity(), reshapeTo.length);
        out.write(sizes.array());
      }
    }
  }

  private static void weights(OutputStream out, String name, int rows, int columns)
      throws IOException {
    begin(out, name, FLOAT, 4L * rows * columns, rows, columns);
    ByteBuffer row = ByteBuffer.allocate(4 * columns).order(ByteOrder.LITTLE_ENDIAN);
    for (int column = 0; column < columns; column++) {
      row.putFloat((float) Math.sin(column) / 100);
    }
    for (int i = 0; i < rows; i++) {
      out.write(row.array());
    }
  }

  /** All of a tensor but its raw data, which must follow. */
  private static void begin(OutputStream out, String name, int type, long bytes, int... dims)
      throws IOException {
    int header =
        CodedOutputStream.computeInt32Size(2, type) + CodedOutputStream.computeStringSize(8, name);
    for (int dim : dims) {
      header += CodedOutputStream.computeInt64Size(1, dim);
    }
    int size = Math.toIntExact(bytes);
    int tensor = header + prefix(RAW_DATA, size) + size;
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.writeTag(GRAPH_IN_MODEL, 2);
    coded.writeUInt32NoTag(prefix(TENSOR_IN_GRAPH, tensor) + tensor);
    coded.writeTag(TENSOR_IN_GRAPH, 2);
    coded.writeUInt32NoTag(tensor);
    for (int dim : dims) {
      coded.writeInt64(1, dim);
    }
    coded.writeInt32(2, type);
    coded.writeString(8, name);
    coded.writeTag(RAW_DATA, 2);
    coded.writeUInt32NoTag(size);
    coded.flush();
  }

  private static int prefix(int field, int size) {
    return CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt32SizeNoTag(size);
  }

  private static NodeProto.Builder node(String operator, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }

  private static ValueInfoProto tensor(String name, long... row) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("N"));
    for (long size : row) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape)))
        .build();
  }
}
