package dev.vgg16.head.wire;

import dev.vgg16.head.head.MapData;
import dev.vgg16.v1.ScoreStreamRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * One request of {@code ScoreStream}, as it was received. Whoever has it closes it, once.
 *
 * @param message the request; its maps' own data may be left out
 * @param data the maps' bytes; not to be read after {@link #close}
 * @param memory what holds the bytes; closing it frees them
 */
public record ReceivedRequest(ScoreStreamRequest message, MapData data, InputStream memory)
    implements AutoCloseable {

  /** A request that is all on the heap. */
  static ReceivedRequest of(ScoreStreamRequest message) {
    return new ReceivedRequest(
        message,
        MapData.of(message.getRequest().getMaps().getData()),
        InputStream.nullInputStream());
  }

  @Override
  public void close() {
    try {
      memory.close();
    } catch (IOException e) {
      // Memory has none.
      throw new UncheckedIOException(e);
    }
  }
}
