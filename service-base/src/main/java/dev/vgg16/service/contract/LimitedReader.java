package dev.vgg16.service.contract;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Message;
import dev.vgg16.service.errors.ServingException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests of one type. What is beyond a field's limits is found by its length, before any
 * memory is spent on it; what is not in the contract is passed over, at every depth. Built once;
 * thread-safe.
 *
 * <p>When a field comes again, the last scalar counts and messages are merged, as protobuf has it.
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
   * @throws IllegalArgumentException when a field has no limit, or is of a kind that no request has
   */
  public static <M extends Message> LimitedReader<M> of(M prototype) {
    return new LimitedReader<>(prototype);
  }

  /** Reads a request to its end, copying its bytes. */
  public DecodedRequest<M> read(CodedInputStream in) {
    return read(in, BytesField.Reader.COPY);
  }

  /** Reads a request to its end, or to where it can't be read any further. */
  public DecodedRequest<M> read(CodedInputStream in, BytesField.Reader bytes) {
    ReadContext reading = new ReadContext(bytes);
    Message.Builder message = prototype.newBuilderForType();
    @Nullable RuntimeException broken = null;
    try {
      fields.read(in, message, null, reading);
    } catch (IOException e) {
      broken = unreadable(e);
    } catch (StatusRuntimeException e) {
      // gRPC's own, while it unpacks a message that is larger than allowed.
      broken = e;
    }
    @SuppressWarnings("unchecked")
    M built = (M) message.build();
    return new DecodedRequest<>(built, reading.refusalOr(broken));
  }

  private ServingException unreadable(IOException cause) {
    return ServingException.invalidInput(
        "request",
        "can't be read as %s: %s"
            .formatted(prototype.getDescriptorForType().getFullName(), cause.getMessage()));
  }
}
