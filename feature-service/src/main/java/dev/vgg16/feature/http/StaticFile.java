package dev.vgg16.feature.http;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** A file of the jar, beside this class, which is read once. */
public final class StaticFile implements Endpoint {

  private final String contentType;
  private final ByteBuffer content;

  public StaticFile(String name, String contentType) {
    this.contentType = contentType;
    try {
      this.content =
          ByteBuffer.wrap(Resources.toByteArray(Resources.getResource(StaticFile.class, name)))
              .asReadOnlyBuffer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void serve(Exchange exchange) {
    exchange.succeed(contentType, content.duplicate());
  }
}
