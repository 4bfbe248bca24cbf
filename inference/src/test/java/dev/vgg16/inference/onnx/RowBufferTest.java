package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowBufferTest {

  @AutoClose private final RowBuffer buffer = new RowBuffer(4, 2, 3);

  private void fill(int row, float first) {
    FloatBuffer floats = buffer.row(row).asFloatBuffer();
    for (int i = 0; i < 6; i++) {
      floats.put(first + i);
    }
  }

  @Test
  void knowsItsSizes() {
    assertThat(buffer.capacity()).isEqualTo(4);
    assertThat(buffer.rowBytes()).isEqualTo(24);
    assertThat(buffer.row(0).remaining()).isEqualTo(24);
    assertThat(buffer.rows(1, 3).remaining()).isEqualTo(72);
    assertThat(buffer.floats(2).remaining()).isEqualTo(12);
  }

  @Test
  void everyViewIsDirectAndInNativeOrder() {
    // Otherwise ONNX Runtime silently computes wrong results.
    assertThat(buffer.row(1).order()).isEqualTo(ByteOrder.nativeOrder());
    assertThat(buffer.rows(1, 2).order()).isEqualTo(ByteOrder.nativeOrder());
    assertThat(buffer.floats(1).order()).isEqualTo(ByteOrder.nativeOrder());
    assertThat(buffer.row(0).isDirect()).isTrue();
  }

  @Test
  void aRowIsAViewOfItsOwnBytes() {
    fill(1, 100);
    fill(2, 200);
    assertThat(buffer.row(0).getFloat(20)).isZero();
    assertThat(buffer.row(1).getFloat(0)).isEqualTo(100);
    assertThat(buffer.row(1).getFloat(20)).isEqualTo(105);
    assertThat(buffer.rows(1, 2).getFloat(24)).isEqualTo(200);
    assertThat(buffer.floats(3).get(6)).isEqualTo(100);
    ByteBuffer row = buffer.row(1);
    assertThatThrownBy(() -> row.getFloat(24)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void moveCopiesOneRowAndNoOther() {
    fill(0, 0);
    fill(1, 10);
    fill(2, 20);
    buffer.move(2, 0);
    assertThat(buffer.row(0)).isEqualTo(buffer.row(2));
    assertThat(buffer.row(1).getFloat(0)).isEqualTo(10);
    buffer.move(1, 1);
    assertThat(buffer.row(1).getFloat(20)).isEqualTo(15);
  }

  // Byte offsets of rows such as 178,956,971 overflow to valid ones.
  @ParameterizedTest
  @ValueSource(ints = {-1, 4, 178_956_971, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 29})
  void aRowOutOfBoundsIsRefused(int row) {
    assertThatThrownBy(() -> buffer.row(row)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> buffer.move(row, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> buffer.move(0, row)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "1, 4", "4, 1", "0, -1", "0, 178956971", "2, 2147483647"})
  void rowsOutOfBoundsAreRefused(int start, int count) {
    assertThatThrownBy(() -> buffer.rows(start, count))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 5})
  void aCountOutOfBoundsIsRefused(int count) {
    assertThatThrownBy(() -> buffer.first(count))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("the number of rows must be 1 to 4, not " + count);
  }

  @Test
  void tensorsAreReusedByCount() throws Exception {
    assertThat(buffer.first(3)).isSameAs(buffer.first(3));
    assertThat(buffer.first(3).getInfo().getShape()).containsExactly(3, 2, 3);
    assertThat(buffer.first(1).getInfo().getShape()).containsExactly(1, 2, 3);
  }

  @Test
  void aTensorReadsLaterWrites() throws Exception {
    var tensor = buffer.first(2);
    fill(1, 40);
    assertThat(tensor.getFloatBuffer().get(6)).isEqualTo(40);
  }

  @Test
  void closeClosesTheTensorsAndIsIdempotent() throws Exception {
    var tensor = buffer.first(2);
    buffer.close();
    buffer.close();
    assertThat(tensor.isClosed()).isTrue();
  }

  @Test
  void aBufferOver2GiBIsRefused() {
    assertThatThrownBy(() -> new RowBuffer(1 << 20, 160, 160, 3))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new RowBuffer(1, Long.MAX_VALUE, 2))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void openDimensionsAreRefused() {
    assertThatThrownBy(() -> new RowBuffer(4, -1, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[-1, 2]");
    assertThatThrownBy(() -> new RowBuffer(4, -1, -2)).isInstanceOf(IllegalArgumentException.class);
  }
}
