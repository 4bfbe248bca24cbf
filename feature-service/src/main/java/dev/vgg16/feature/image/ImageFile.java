package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An image file that is not yet decoded. Each format says what its header tells, and what of the
 * file the decoder is given: that alone, so that the header which is judged here is the one that
 * native code reads, and that what no picture is made of never reaches it.
 */
sealed interface ImageFile permits JpegFile, PngFile, WebpFile {

  /** Bytes by which what a decoder is given may be longer than the file. */
  int MAX_ADDED = 32;

  ImageFormat format();

  /** What the header says; empty when it is damaged. */
  Optional<ImageHeader> header();

  /** How long files of this kind take to decode; of one that has a header. */
  DecodeRate rate();

  /** How the stored picture lies. */
  Orientation orientation();

  /**
   * Writes what the decoder needs.
   *
   * @param decodable has room for the file and {@link #MAX_ADDED} bytes
   * @throws ServingException {@code INVALID_INPUT} when a decoder must not see the file
   */
  void writeTo(ByteBuffer decodable);

  /** The file as one of the format that its first bytes tell; empty when that is not known. */
  static Optional<ImageFile> of(ByteString file) {
    if (JpegFile.begins(file)) {
      return Optional.of(new JpegFile(file));
    }
    if (PngFile.begins(file)) {
      return Optional.of(new PngFile(file));
    }
    return WebpFile.begins(file) ? Optional.of(new WebpFile(file)) : Optional.empty();
  }

  /** Appends a part of a file. */
  static void copy(ByteString file, int from, int to, ByteBuffer decodable) {
    file.substring(from, to).copyTo(decodable);
  }
}
