package dev.vgg16.inference.onnx;

import com.google.common.collect.ImmutableTable;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Scans a model's bytes for its outputs and external data without building objects: parsed, an
 * untrusted file can take thirty times its size in memory.
 *
 * <p>The field numbers are those of ONNX's onnx.proto. Every occurrence of a field counts, as
 * protobuf merges them.
 */
final class ModelScan {

  /** Of nested messages; protobuf's own limit. */
  private static final int MAX_DEPTH = 100;

  /** As many as an error message lists. */
  private static final int MAX_OUTPUTS = 10;

  private static final int MAX_TEXT_BYTES = 1 << 16;

  private static final int EXTERNAL = 1;

  private enum Kind {
    MODEL,
    MODEL_GRAPH,
    FUNCTION,
    GRAPH,
    NODE,
    ATTRIBUTE,
    SPARSE_TENSOR,
    TENSOR,
    EXTERNAL_DATA,
    OUTPUT
  }

  /** The nested messages to scan, by field number. All other fields are skipped. */
  private static final ImmutableTable<Kind, Integer, Kind> INSIDE =
      ImmutableTable.<Kind, Integer, Kind>builder()
          .put(Kind.MODEL, 7, Kind.MODEL_GRAPH)
          .put(Kind.MODEL, 25, Kind.FUNCTION)
          .put(Kind.MODEL_GRAPH, 1, Kind.NODE)
          .put(Kind.MODEL_GRAPH, 5, Kind.TENSOR)
          .put(Kind.MODEL_GRAPH, 12, Kind.OUTPUT)
          .put(Kind.MODEL_GRAPH, 15, Kind.SPARSE_TENSOR)
          .put(Kind.FUNCTION, 7, Kind.NODE)
          .put(Kind.FUNCTION, 11, Kind.ATTRIBUTE)
          .put(Kind.GRAPH, 1, Kind.NODE)
          .put(Kind.GRAPH, 5, Kind.TENSOR)
          .put(Kind.GRAPH, 15, Kind.SPARSE_TENSOR)
          .put(Kind.NODE, 5, Kind.ATTRIBUTE)
          .put(Kind.ATTRIBUTE, 5, Kind.TENSOR)
          .put(Kind.ATTRIBUTE, 6, Kind.GRAPH)
          .put(Kind.ATTRIBUTE, 10, Kind.TENSOR)
          .put(Kind.ATTRIBUTE, 11, Kind.GRAPH)
          .put(Kind.ATTRIBUTE, 22, Kind.SPARSE_TENSOR)
          .put(Kind.ATTRIBUTE, 23, Kind.SPARSE_TENSOR)
          .put(Kind.SPARSE_TENSOR, 1, Kind.TENSOR)
          .put(Kind.SPARSE_TENSOR, 2, Kind.TENSOR)
          .put(Kind.TENSOR, 13, Kind.EXTERNAL_DATA)
          .buildOrThrow();

  private static final Field TENSOR_LOCATION =
      new Field(Kind.TENSOR, 14, WireFormat.WIRETYPE_VARINT);
  private static final Field OUTPUT_NAME =
      new Field(Kind.OUTPUT, 1, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  private static final Field ENTRY_KEY =
      new Field(Kind.EXTERNAL_DATA, 1, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  private static final Field ENTRY_VALUE =
      new Field(Kind.EXTERNAL_DATA, 2, WireFormat.WIRETYPE_LENGTH_DELIMITED);

  private record Field(Kind in, int number, int wireType) {

    boolean is(Kind kind, int tag) {
      return kind == in
          && WireFormat.getTagFieldNumber(tag) == number
          && WireFormat.getTagWireType(tag) == wireType;
    }
  }

  private final CodedInputStream in;
  private final List<String> outputs = new ArrayList<>();
  private Optional<String> externalData = Optional.empty();
  // Fields of the message that is being read.
  private String name = "";
  private String key = "";
  private String value = "";

  private ModelScan(CodedInputStream in) {
    this.in = in;
  }

  /**
   * The result of a scan.
   *
   * @param outputs the names of the main graph's outputs, at most ten
   * @param externalData the location of a file with external weights, "" when it is not given;
   *     empty when all weights are in the model. Such files are not covered by a digest and may be
   *     anywhere
   */
  record Result(List<String> outputs, Optional<String> externalData) {}

  /**
   * Scans the input to its end.
   *
   * @throws InvalidProtocolBufferException when it is not a protobuf message
   */
  static Result of(CodedInputStream in) throws IOException {
    ModelScan scan = new ModelScan(in);
    scan.read(Kind.MODEL, 0);
    return new Result(List.copyOf(scan.outputs), scan.externalData);
  }

  private void read(Kind kind, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new InvalidProtocolBufferException("messages are nested too deeply");
    }
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      Kind inner = INSIDE.get(kind, WireFormat.getTagFieldNumber(tag));
      boolean delimited = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (inner != null && delimited) {
        int outer = in.pushLimit(in.readRawVarint32());
        read(inner, depth + 1);
        in.popLimit(outer);
        ended(inner);
      } else {
        readField(kind, tag);
      }
    }
  }

  private void readField(Kind kind, int tag) throws IOException {
    if (TENSOR_LOCATION.is(kind, tag)) {
      if (in.readEnum() == EXTERNAL) {
        foundExternal("");
      }
    } else if (OUTPUT_NAME.is(kind, tag)) {
      name = text();
    } else if (ENTRY_KEY.is(kind, tag)) {
      key = text();
    } else if (ENTRY_VALUE.is(kind, tag)) {
      value = text();
    } else if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("an end group tag without a start group tag");
    }
  }

  private void ended(Kind kind) {
    if (kind == Kind.OUTPUT) {
      if (outputs.size() < MAX_OUTPUTS) {
        outputs.add(name);
      }
      name = "";
    } else if (kind == Kind.EXTERNAL_DATA) {
      foundExternal(key.equals("location") ? value : "");
      key = "";
      value = "";
    }
  }

  /** Keeps the first location that is given. */
  private void foundExternal(String location) {
    if (externalData.orElse("").isEmpty()) {
      externalData = Optional.of(location);
    }
  }

  private String text() throws IOException {
    int size = in.readRawVarint32();
    if (size < 0 || size > MAX_TEXT_BYTES) {
      throw new InvalidProtocolBufferException("a name is too long");
    }
    return new String(in.readRawBytes(size), StandardCharsets.UTF_8);
  }
}
