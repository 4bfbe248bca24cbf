package dev.vgg16.service.contract;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.vgg16.service.errors.ServingException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What has been found while one request is read. Used by one thread. */
final class ReadContext {

  /**
   * Many times what a request has that asks for something. Without it, small fields that come again
   * and again would cost far more time than they take bytes.
   */
  private static final int MAX_FIELDS = 1 << 17;

  private final BytesField.Reader bytes;
  private int fields;
  private @Nullable ServingException refusal;

  ReadContext(BytesField.Reader bytes) {
    this.bytes = bytes;
  }

  /** How fields of bytes are read. */
  BytesField.Reader bytes() {
    return bytes;
  }

  void countField() throws InvalidProtocolBufferException {
    if (++fields > MAX_FIELDS) {
      throw new InvalidProtocolBufferException("it has more than %,d fields".formatted(MAX_FIELDS));
    }
  }

  /**
   * The first fault is the one that the caller is told of. The others cost next to nothing: a small
   * request may have a hundred thousand.
   */
  void refuse(Supplier<FieldPath> path, Supplier<String> problem) {
    if (refusal == null) {
      refusal = ServingException.invalidInput(path.get().toString(), problem.get());
    }
  }

  /**
   * Why the request can't be used, if so.
   *
   * @param broken why it could not be read to its end, or null
   */
  Optional<RuntimeException> refusalOr(@Nullable RuntimeException broken) {
    return Optional.ofNullable(refusal == null ? broken : refusal);
  }
}
