package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import dev.vgg16.service.errors.ServingException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * An image file in one of the formats. The decoder is given only the parts of it that the pixels
 * are made of: so it reads the header that was checked here, and never sees the rest.
 */
sealed interface EncodedImage permits JpegFile, PngFile, WebpFile {

  /** Each returns the file, when its first bytes are those of the format. */
  List<Function<ByteString, Optional<EncodedImage>>> FORMATS =
      List.of(JpegFile::of, PngFile::of, WebpFile::of);

  /** By so many bytes the decoder's input may be longer than the file. */
  int MAX_ADDED = 32;

  /** The file in the format that its first bytes tell; empty when it is unknown. */
  static Optional<EncodedImage> of(ByteString file) {
    for (Function<ByteString, Optional<EncodedImage>> format : FORMATS) {
      Optional<EncodedImage> image = format.apply(file);
      if (image.isPresent()) {
        return image;
      }
    }
    return Optional.empty();
  }

  /** The name of the format. */
  String title();

  /** The largest width or height, in pixels, that the decoder accepts. */
  int maxSide();

  /** Empty when the header is damaged. */
  Optional<ImageHeader> header();

  /** How long such a file takes to decode; it must have a header. */
  DecodeRate rate();

  /** The orientation of the stored picture. */
  Orientation orientation();

  /**
   * Writes the decoder's input.
   *
   * @param input has room for the file and {@link #MAX_ADDED} bytes
   * @throws ServingException {@code INVALID_INPUT} when a decoder must not see the file
   */
  void writeTo(ByteBuffer input);
}
