package dev.vgg16.feature.relay;

import io.grpc.Status;

/**
 * Whether what a stream left unanswered is worth sending again, by the code that the stream ended
 * with.
 */
enum ResendPolicy {
  /** The replica or the way to it is gone, which says nothing of the maps: until the time is up. */
  ANYWHERE,

  /**
   * A message on the stream may be to blame: each is sent again on a stream of its own, a few
   * times, so that it shows which.
   */
  OWN_STREAM,

  /**
   * The replica refuses this service, whatever the message: it may be set up wrongly. Each other
   * replica is tried once.
   */
  OTHER_REPLICA;

  static ResendPolicy after(Status end) {
    return switch (end.getCode()) {
      case UNAVAILABLE -> ANYWHERE;
      case UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED -> OTHER_REPLICA;
      // UNKNOWN and INTERNAL: the replica failed at a message, or a proxy reset the stream.
      // RESOURCE_EXHAUSTED: a message or an answer over the limit. CANCELLED: a message that can't
      // be read. The others no head service sends; whoever does may mean a message.
      case UNKNOWN,
          INTERNAL,
          CANCELLED,
          RESOURCE_EXHAUSTED,
          ABORTED,
          DATA_LOSS,
          DEADLINE_EXCEEDED,
          INVALID_ARGUMENT,
          FAILED_PRECONDITION,
          NOT_FOUND,
          ALREADY_EXISTS,
          OUT_OF_RANGE,
          OK ->
          OWN_STREAM;
    };
  }
}
