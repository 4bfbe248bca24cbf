package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import com.google.common.collect.Lists;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages are written by field number; see onnx.proto. */
class ModelScanTest {

  private static ByteString field(int number, ByteString content) {
    return tag(number, 2).concat(varint(content.size())).concat(content);
  }

  private static ByteString field(int number, String text) {
    return field(number, ByteString.copyFromUtf8(text));
  }

  private static ByteString tag(int number, int wireType) {
    return varint(number << 3 | wireType);
  }

  private static ByteString varint(int value) {
    byte[] bytes = new byte[5];
    int size = 0;
    for (; value > 0x7F; value >>>= 7) {
      bytes[size++] = (byte) (value | 0x80);
    }
    bytes[size++] = (byte) value;
    return ByteString.copyFrom(bytes, 0, size);
  }

  private static ModelScan.Result scan(ByteString model) throws IOException {
    return ModelScan.of(model.newCodedInput());
  }

  /** A tensor with external data. */
  private static ByteString external(String location) {
    return field(13, field(1, "offset").concat(field(2, "0")))
        .concat(field(13, field(1, "location").concat(field(2, location))));
  }

  @Test
  void findsOutputNames() throws IOException {
    ByteString graph =
        field(12, field(1, "y")).concat(field(12, field(2, "?"))).concat(field(2, "g"));
    assertThat(scan(field(7, graph)).outputs()).containsExactly("y", "");
    // Protobuf merges a repeated occurrence of a message.
    assertThat(scan(field(7, graph).concat(field(7, graph))).outputs()).hasSize(4);
    assertThat(scan(ByteString.EMPTY).outputs()).isEmpty();
    // The branch of an If has its own outputs, which do not count.
    ByteString branch = field(1, field(5, field(6, graph)));
    assertThat(scan(field(7, graph.concat(branch))).outputs()).hasSize(2);
  }

  /** Field numbers from the model to a tensor. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "7 5",
        "7 15 1",
        "7 15 2",
        "7 1 5 5",
        "7 1 5 10",
        "7 1 5 22 1",
        "7 1 5 23 2",
        "7 1 5 6 5",
        "7 1 5 11 1 5 5",
        "25 7 5 5",
        "25 11 5",
        "25 11 6 15 1"
      })
  void findsExternalDataOfEveryTensor(String way) throws IOException {
    List<String> fields = Splitter.on(' ').splitToList(way);
    ByteString named = external("../w");
    ByteString unnamed = tag(14, 0).concat(varint(1));
    ByteString here = tag(14, 0).concat(varint(0)).concat(field(9, "raw"));
    for (String field : Lists.reverse(fields)) {
      int number = Integer.parseInt(field);
      named = field(number, named);
      unnamed = field(number, unnamed);
      here = field(number, here);
    }
    assertThat(scan(named).externalData()).hasValue("../w");
    assertThat(scan(unnamed).externalData()).hasValue("");
    assertThat(scan(unnamed.concat(named)).externalData()).hasValue("../w");
    assertThat(scan(here).externalData()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"100, true", "101, false"})
  void limitsTheNestingDepthAsProtobufDoes(int depth, boolean fine) throws IOException {
    ByteString inner = ByteString.EMPTY;
    // The model's graph, a node, its attribute, a graph in that, and so on.
    int[] fields = {6, 1, 5};
    for (int i = depth - 1; i >= 0; i--) {
      inner = field(i == 0 ? 7 : fields[i % 3], inner);
    }
    ByteString model = inner;
    if (fine) {
      assertThat(scan(model).outputs()).isEmpty();
    } else {
      assertThatThrownBy(() -> scan(model)).isInstanceOf(InvalidProtocolBufferException.class);
    }
  }

  @Test
  void refusesMalformedMessages() {
    for (ByteString broken :
        new ByteString[] {
          tag(7, 2).concat(varint(5)),
          tag(7, 4),
          varint(0),
          field(7, tag(1, 2).concat(varint(100))),
          field(7, field(12, field(1, "n".repeat(70_000))))
        }) {
      assertThatThrownBy(() -> scan(broken)).isInstanceOf(InvalidProtocolBufferException.class);
    }
  }
}
