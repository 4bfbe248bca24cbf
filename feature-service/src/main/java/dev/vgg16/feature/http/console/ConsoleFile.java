package dev.vgg16.feature.http.console;

import com.google.protobuf.ByteString;

/**
 * A file of the console.
 *
 * @param contentType of HTTP
 * @param etag changes with the content; with its quotation marks
 */
public record ConsoleFile(String contentType, String etag, ByteString body) {

  /**
   * Whether the client has it already.
   *
   * @param ifNoneMatch the request's header, or empty
   */
  public boolean isKnownTo(String ifNoneMatch) {
    return ifNoneMatch.equals("*") || ifNoneMatch.contains(etag.substring(0, etag.length() - 1));
  }
}
