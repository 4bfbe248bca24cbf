package dev.vgg16.head.wire;

import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.service.contract.DecodedRequest;
import dev.vgg16.v1.ScoreStreamRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * One request of {@code ScoreStream}, as it was received. Its owner closes it once.
 *
 * @param message the request, as far as it is within the limits; the maps' data may be left out
 * @param refusal why the request is invalid, if so
 * @param data the maps' bytes; not to be read after {@link #close}
 * @param memory what holds the bytes; closing it frees them
 */
public record ReceivedRequest(
    ScoreStreamRequest message,
    Optional<RuntimeException> refusal,
    MapBytes data,
    InputStream memory)
    implements AutoCloseable {

  /** A request on the heap. */
  static ReceivedRequest of(DecodedRequest<ScoreStreamRequest> received) {
    return new ReceivedRequest(
        received.message(),
        received.refusal(),
        MapBytes.of(received.message().getRequest().getMaps().getData()),
        InputStream.nullInputStream());
  }

  @Override
  public void close() {
    try {
      memory.close();
    } catch (IOException e) {
      // Closing memory does no I/O.
      throw new UncheckedIOException(e);
    }
  }
}
