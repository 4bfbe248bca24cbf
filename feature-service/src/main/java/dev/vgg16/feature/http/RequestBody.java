package dev.vgg16.feature.http;

import com.google.protobuf.ByteString;

/**
 * The body of a request, in memory.
 *
 * @param bytes without copies of what was received
 */
public record RequestBody(ByteString bytes, String contentType) {

  /** The media type in lower case, without parameters; may be empty. */
  public String mediaType() {
    int end = contentType.indexOf(';');
    return (end < 0 ? contentType : contentType.substring(0, end))
        .strip()
        .toLowerCase(java.util.Locale.ROOT);
  }
}
