package dev.vgg16.service.management;

import com.google.protobuf.ByteString;

/**
 * An HTTP response.
 *
 * @param status code
 * @param contentType of the body
 */
record HttpPage(int status, String contentType, ByteString body) {

  /** A line of text. */
  static HttpPage of(int status, String line) {
    return new HttpPage(status, "text/plain; charset=utf-8", ByteString.copyFromUtf8(line + "\n"));
  }
}
