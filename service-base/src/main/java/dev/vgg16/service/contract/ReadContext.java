package dev.vgg16.service.contract;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.vgg16.service.errors.ServingException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The state of reading one request. Not thread-safe. */
final class ReadContext {

  /**
   * Many times the fields of a meaningful request. Bounds the time for requests of very many tiny
   * fields.
   */
  private static final int MAX_FIELDS = 1 << 17;

  private final BytesField.Reader bytes;
  private int fields;
  private @Nullable ServingException refusal;

  ReadContext(BytesField.Reader bytes) {
    this.bytes = bytes;
  }

  /** Reads bytes fields. */
  BytesField.Reader bytes() {
    return bytes;
  }

  void countField() throws InvalidProtocolBufferException {
    if (++fields > MAX_FIELDS) {
      throw new InvalidProtocolBufferException("it has more than %,d fields".formatted(MAX_FIELDS));
    }
  }

  /**
   * Records a violation. Only the first is reported; later ones cost almost nothing, since a small
   * request may have a hundred thousand.
   */
  void refuse(Supplier<FieldPath> path, Supplier<String> problem) {
    if (refusal == null) {
      refusal = ServingException.invalidInput(path.get().toString(), problem.get());
    }
  }

  /**
   * Why the request is invalid; empty if it is valid.
   *
   * @param failure why it could not be read to its end, or null
   */
  Optional<RuntimeException> refusalOr(@Nullable RuntimeException failure) {
    return Optional.ofNullable(refusal == null ? failure : refusal);
  }
}
