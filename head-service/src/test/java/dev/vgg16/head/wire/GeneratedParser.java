package dev.vgg16.head.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.vgg16.v1.ScoreStreamRequest;
import java.util.Optional;

/** What protobuf's own parser makes of bytes: {@link RequestReader} must agree with it. */
final class GeneratedParser {

  private GeneratedParser() {}

  /** Empty when it refuses them. */
  static Optional<ScoreStreamRequest> parse(byte[] bytes) {
    try {
      return Optional.of(ScoreStreamRequest.parseFrom(bytes));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
