package dev.vgg16.cli.images;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.vgg16.client.Failure;
import dev.vgg16.client.ItemSource;
import dev.vgg16.client.UnusableItemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/**
 * Reads files, except those far over the service's limit: a message over the limit of its gRPC
 * server would end the stream for all items. A file slightly over the limit is sent, and the
 * service refuses it.
 */
public final class InputFileReader implements ItemSource<InputFile> {

  /** The code of a failure to read a file, which was not sent. */
  public static final String UNREADABLE_FILE = "UNREADABLE_FILE";

  private static final int SLACK_BYTES = 1 << 20;

  /** What the JVM decodes invalid bytes to. */
  private static final char UNDECODABLE = '\uFFFD';

  private final long maxImageBytes;
  private final int maxReadBytes;

  /**
   * @param maxImageBytes the service's limit; 0 when it reports none
   */
  public InputFileReader(long maxImageBytes) {
    this.maxImageBytes = maxImageBytes;
    long unlimited = Integer.MAX_VALUE - 8L;
    this.maxReadBytes =
        (int) (maxImageBytes == 0 ? unlimited : Math.min(unlimited, maxImageBytes + SLACK_BYTES));
  }

  @Override
  public ByteString read(InputFile file) throws UnusableItemException {
    if (file.problem().isPresent()) {
      throw new UnusableItemException(file.problem().get());
    }
    try {
      long size = Files.size(file.path());
      if (size > maxReadBytes) {
        throw tooLarge("%,d".formatted(size));
      }
      return readUpToLimit(file);
    } catch (IOException e) {
      throw new UnusableItemException(unreadable(e));
    }
  }

  private ByteString readUpToLimit(InputFile file) throws IOException, UnusableItemException {
    try (InputStream in = Files.newInputStream(file.path())) {
      byte[] bytes = in.readNBytes(maxReadBytes);
      // A pipe has no size, and a file may grow.
      if (bytes.length == maxReadBytes && in.read() >= 0) {
        throw tooLarge("over %,d".formatted(maxReadBytes));
      }
      return UnsafeByteOperations.unsafeWrap(bytes);
    }
  }

  private UnusableItemException tooLarge(String size) {
    return new UnusableItemException(
        new Failure(
            "INVALID_ARGUMENT",
            // As the service words it.
            "image.encoded: has %s bytes; at most %,d are allowed".formatted(size, maxImageBytes)));
  }

  /** Why a file or folder can't be used. */
  public static Failure unreadable(IOException e) {
    return new Failure(UNREADABLE_FILE, reason(e));
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return String.valueOf(e.getMessage()).indexOf(UNDECODABLE) < 0
          ? "no such file"
          : "no such file; a name with bytes that are not UTF-8 can't be an argument: give its folder";
    }
    if (e instanceof AccessDeniedException) {
      return "no permission to read it";
    }
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    return message.toLowerCase(Locale.ROOT).contains("is a directory")
        ? "it is a directory"
        : message;
  }
}
