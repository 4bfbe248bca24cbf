package dev.vgg16.service.management;

import com.google.protobuf.ByteString;

/**
 * An answer to an HTTP request.
 *
 * @param status as HTTP numbers it
 * @param contentType of the body
 */
record Page(int status, String contentType, ByteString body) {

  /** A line of text. */
  static Page of(int status, String line) {
    return new Page(status, "text/plain; charset=utf-8", ByteString.copyFromUtf8(line + "\n"));
  }
}
