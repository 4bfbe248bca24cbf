package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;

/** Numbers and names within a file. Offsets are not checked, except by {@link #has}. */
final class Bytes {

  private Bytes() {}

  static int u8(ByteString file, int at) {
    return file.byteAt(at) & 0xFF;
  }

  /** Big-endian, like all whose names don't say otherwise. */
  static int u16(ByteString file, int at) {
    return u8(file, at) << 8 | u8(file, at + 1);
  }

  static long u32(ByteString file, int at) {
    return (long) u16(file, at) << 16 | u16(file, at + 2);
  }

  static int u16LittleEndian(ByteString file, int at) {
    return u8(file, at) | u8(file, at + 1) << 8;
  }

  static int u24LittleEndian(ByteString file, int at) {
    return u16LittleEndian(file, at) | u8(file, at + 2) << 16;
  }

  static long u32LittleEndian(ByteString file, int at) {
    return u16LittleEndian(file, at) | (long) u16LittleEndian(file, at + 2) << 16;
  }

  /** Appends a part of a file. */
  static void copy(ByteString file, int from, int to, ByteBuffer target) {
    file.substring(from, to).copyTo(target);
  }

  /** Whether these characters, each a byte, are there; false where the file ends before. */
  static boolean has(ByteString file, int at, String characters) {
    if (file.size() - at < characters.length()) {
      return false;
    }
    for (int i = 0; i < characters.length(); i++) {
      if (u8(file, at + i) != characters.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
