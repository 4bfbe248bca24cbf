package dev.vgg16.cli.extract;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The header of an array file of NumPy: <a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NPY format</a>,
 * version 1.0. The array's bytes follow it.
 */
final class NpyHeader {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  /** The array's bytes begin at a multiple of this. */
  private static final int ALIGNMENT = 64;

  private NpyHeader() {}

  /** For float32, little-endian, C order. */
  static byte[] float32(List<Integer> shape) {
    // A tuple of one needs its comma.
    String dimensions = shape.stream().map(size -> size + ", ").collect(Collectors.joining());
    String dictionary =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }".formatted(dimensions);
    int unpadded = MAGIC.length + Short.BYTES + dictionary.length() + 1;
    int total = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    byte[] text =
        (dictionary + " ".repeat(total - unpadded) + "\n").getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(total)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putShort((short) text.length)
        .put(text)
        .array();
  }
}
