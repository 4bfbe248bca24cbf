package dev.vgg16.service.contract;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import dev.vgg16.service.errors.ServingException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of one type. Fields over their limits are refused by their length, before memory
 * is allocated for them; unknown fields are skipped at every depth. Thread-safe.
 *
 * <p>When a field occurs again, the last scalar counts and messages are merged, as in protobuf.
 */
public final class LimitedReader<M extends Message> {

  private final M prototype;
  private final LimitedFields fields;

  private LimitedReader(M prototype) {
    this.prototype = prototype;
    this.fields = LimitedFields.of(prototype.getDescriptorForType());
  }

  /**
   * @param prototype any message of the type
   * @throws IllegalArgumentException when a field has no limit or an unsupported type
   */
  public static <M extends Message> LimitedReader<M> of(M prototype) {
    return new LimitedReader<>(prototype);
  }

  /** Reads a request, copying its bytes fields. */
  public DecodedRequest<M> read(CodedInputStream in) {
    return read(in, BytesField.Reader.COPY);
  }

  /** Reads a request to its end, or to the first error. */
  public DecodedRequest<M> read(CodedInputStream in, BytesField.Reader bytes) {
    ReadContext reading = new ReadContext(bytes);
    Message.Builder message = prototype.newBuilderForType();
    @Nullable RuntimeException failure = null;
    try {
      fields.read(in, message, null, reading);
    } catch (IOException e) {
      failure = unreadable(e);
    } catch (StatusRuntimeException e) {
      // Thrown by gRPC when the decompressed message is over the limit.
      failure = e;
    }
    @SuppressWarnings("unchecked")
    M built = (M) message.build();
    return new DecodedRequest<>(built, reading.refusalOr(failure));
  }

  private ServingException unreadable(IOException cause) {
    return ServingException.invalidInput(
        "request",
        "can't be parsed as %s: %s"
            .formatted(prototype.getDescriptorForType().getFullName(), cause.getMessage()));
  }
}
