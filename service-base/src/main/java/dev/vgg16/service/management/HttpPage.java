package dev.vgg16.service.management;

import com.google.protobuf.ByteString;

/**
 * An answer to an HTTP request.
 *
 * @param status as HTTP numbers it
 * @param contentType of the body
 */
record HttpPage(int status, String contentType, ByteString body) {

  /** A line of text. */
  static HttpPage of(int status, String line) {
    return new HttpPage(status, "text/plain; charset=utf-8", ByteString.copyFromUtf8(line + "\n"));
  }
}
