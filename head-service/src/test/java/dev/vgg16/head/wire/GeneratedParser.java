package dev.vgg16.head.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreStreamRequest;
import java.util.Optional;

/**
 * The result of protobuf's own parser, without unknown fields: {@link RequestReader} must agree
 * with it on all that is within the contract's limits.
 */
final class GeneratedParser {

  private GeneratedParser() {}

  /** Empty when it refuses them, or the contract does. */
  static Optional<ScoreStreamRequest> parse(byte[] bytes) {
    try {
      return Optional.of(
              DiscardUnknownFieldsParser.wrap(ScoreStreamRequest.parser()).parseFrom(bytes))
          .filter(GeneratedParser::isWithinLimits);
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static boolean isWithinLimits(ScoreStreamRequest item) {
    return fits(item.getId(), 256)
        && fits(item.getRequest().getMaps().getBackbone(), 256)
        && item.getRequest().getSelectionsCount() <= 16384
        && item.getRequest().getSelectionsList().stream().allMatch(GeneratedParser::isWithinLimits);
  }

  private static boolean isWithinLimits(MapSelection selection) {
    return selection.getHeadsCount() <= 256
        && selection.getHeadsList().stream().allMatch(head -> fits(head, 256))
        && fits(selection.getExplain().getLabel(), 1024);
  }

  private static boolean fits(String text, int bytes) {
    return text.getBytes(UTF_8).length <= bytes;
  }
}
