package dev.vgg16.inference.onnx;

import com.google.common.primitives.Longs;
import dev.vgg16.inference.onnx.proto.AttributeProto;
import dev.vgg16.inference.onnx.proto.GraphProto;
import dev.vgg16.inference.onnx.proto.ModelProto;
import dev.vgg16.inference.onnx.proto.NodeProto;
import dev.vgg16.inference.onnx.proto.OperatorSetIdProto;
import dev.vgg16.inference.onnx.proto.TensorShapeProto;
import dev.vgg16.inference.onnx.proto.TypeProto;
import dev.vgg16.inference.onnx.proto.ValueInfoProto;
import java.util.Set;

/** Small ONNX graphs that are built in code. */
final class Graphs {

  /** The versions of the project's own files: see models/. */
  private static final int IR_VERSION = 9;

  private static final int OPSET = 17;

  private Graphs() {}

  /** A model that turns float16 [N, height, width, channels] into float32 of the same shape. */
  static ModelProto float32Cast() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
        .setGraph(
            GraphProto.newBuilder()
                .setName("float32_cast")
                .addInput(maps("float16", ElementType.FLOAT16))
                .addOutput(maps("float32", ElementType.FLOAT32))
                .addNode(cast("float16", "float32", ElementType.FLOAT32)))
        .build();
  }

  /**
   * The nodes and outputs that compute further forms of a float32 output [N, height, width,
   * channels]. Appended to the bytes of a model they become part of its graph, since protobuf
   * merges a message that occurs twice.
   *
   * <p>The average is computed by operators that are the same in every opset, which ReduceMean is
   * not.
   */
  static ModelProto outputForms(String output, Set<OutputForm> forms) {
    GraphProto.Builder graph = GraphProto.newBuilder();
    String average = output + new OutputForm(ElementType.FLOAT32, true).suffix();
    if (forms.stream().anyMatch(OutputForm::pooled)) {
      String channelsFirst = average + "/channels_first";
      String mean = average + "/mean";
      graph
          .addNode(
              node("Transpose", output, channelsFirst).addAttribute(integers("perm", 0, 3, 1, 2)))
          .addNode(node("GlobalAveragePool", channelsFirst, mean))
          .addNode(node("Flatten", mean, average).addAttribute(integer("axis", 1)));
    }
    for (OutputForm form : forms) {
      String name = output + form.suffix();
      if (form.type() != ElementType.FLOAT32) {
        graph.addNode(cast(form.pooled() ? average : output, name, form.type()));
      }
      if (!form.equals(OutputForm.PLAIN)) {
        // ONNX Runtime infers the shape.
        graph.addOutput(
            ValueInfoProto.newBuilder().setName(name).setType(tensor(form.type()).build()));
      }
    }
    return ModelProto.newBuilder().setGraph(graph).build();
  }

  private static NodeProto.Builder cast(String from, String to, ElementType type) {
    return node("Cast", from, to).addAttribute(integer("to", type.onnx()));
  }

  private static NodeProto.Builder node(String operator, String from, String to) {
    return NodeProto.newBuilder().setOpType(operator).setName(to).addInput(from).addOutput(to);
  }

  private static AttributeProto.Builder integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value);
  }

  private static AttributeProto.Builder integers(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(Longs.asList(values));
  }

  private static ValueInfoProto maps(String name, ElementType type) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (String size : new String[] {"N", "height", "width", "channels"}) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(size));
    }
    TypeProto.Builder tensor = tensor(type);
    tensor.getTensorTypeBuilder().setShape(shape);
    return ValueInfoProto.newBuilder().setName(name).setType(tensor).build();
  }

  private static TypeProto.Builder tensor(ElementType type) {
    return TypeProto.newBuilder()
        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type.onnx()));
  }
}
