package dev.vgg16.feature.relay;

import dev.vgg16.v1.ScoreRequest;

/** What is sent to the heads, in the form that tests read. */
public final class ScoreMessages {

  private ScoreMessages() {}

  public static ScoreRequest toProto(ScoreMessage message) {
    return ScoreRequest.newBuilder()
        .setMaps(message.maps().toProto())
        .addAllSelections(message.selections())
        .build();
  }
}
