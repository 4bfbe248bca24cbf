package dev.vgg16.serving.onnx;

import dev.vgg16.serving.onnx.proto.AttributeProto;
import dev.vgg16.serving.onnx.proto.GraphProto;
import dev.vgg16.serving.onnx.proto.ModelProto;
import dev.vgg16.serving.onnx.proto.NodeProto;
import dev.vgg16.serving.onnx.proto.SparseTensorProto;
import dev.vgg16.serving.onnx.proto.StringStringEntryProto;
import dev.vgg16.serving.onnx.proto.TensorProto;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Weights that a model keeps in other files. They are covered by no digest, and may lie anywhere.
 */
final class ExternalData {

  private ExternalData() {}

  /** The name of such a file, if the model has one. */
  static Optional<String> find(ModelProto model) {
    return Stream.concat(
            tensors(model.getGraph()),
            model.getFunctionsList().stream().flatMap(f -> ofNodes(f.getNodeList())))
        .filter(ExternalData::isExternal)
        .map(ExternalData::location)
        .findFirst();
  }

  private static boolean isExternal(TensorProto tensor) {
    return tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL
        || tensor.getExternalDataCount() > 0;
  }

  private static String location(TensorProto tensor) {
    return tensor.getExternalDataList().stream()
        .filter(entry -> entry.getKey().equals("location"))
        .map(StringStringEntryProto::getValue)
        .findFirst()
        .orElse("");
  }

  private static Stream<TensorProto> tensors(GraphProto graph) {
    return Stream.of(
            graph.getInitializerList().stream(),
            graph.getSparseInitializerList().stream().flatMap(ExternalData::parts),
            ofNodes(graph.getNodeList()))
        .flatMap(found -> found);
  }

  private static Stream<TensorProto> ofNodes(List<NodeProto> nodes) {
    return nodes.stream()
        .flatMap(n -> n.getAttributeList().stream())
        .flatMap(ExternalData::tensors);
  }

  private static Stream<TensorProto> tensors(AttributeProto attribute) {
    return Stream.of(
            Stream.of(attribute.getT()),
            attribute.getTensorsList().stream(),
            parts(attribute.getSparseTensor()),
            attribute.getSparseTensorsList().stream().flatMap(ExternalData::parts),
            attribute.hasG() ? tensors(attribute.getG()) : Stream.<TensorProto>empty(),
            attribute.getGraphsList().stream().flatMap(ExternalData::tensors))
        .flatMap(found -> found);
  }

  private static Stream<TensorProto> parts(SparseTensorProto tensor) {
    return Stream.of(tensor.getValues(), tensor.getIndices());
  }
}
