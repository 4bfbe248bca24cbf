package dev.vgg16.feature.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.vgg16.service.errors.ServingException;
import java.util.Base64;

/**
 * Bytes as text: base64 in the standard or the URL alphabet, with or without padding, as protobuf's
 * JSON takes it; also as a data URL, which is what browsers give.
 */
public final class Base64Text {

  private Base64Text() {}

  /**
   * @param field that has the text, for the message
   * @throws ServingException when it is not base64
   */
  public static ByteString decode(String field, String text) {
    int begin = text.startsWith("data:") ? text.indexOf(',') + 1 : 0;
    byte[] characters =
        text.substring(begin).replace('-', '+').replace('_', '/').getBytes(ISO_8859_1);
    try {
      return UnsafeByteOperations.unsafeWrap(Base64.getDecoder().decode(characters));
    } catch (IllegalArgumentException e) {
      throw ServingException.invalidInput(field, "is not base64: %s".formatted(e.getMessage()));
    }
  }
}
