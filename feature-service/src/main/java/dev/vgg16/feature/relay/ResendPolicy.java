package dev.vgg16.feature.relay;

import io.grpc.Status;

/**
 * Whether and where the unanswered requests of a stream are sent again, by the code that the stream
 * ended with.
 */
enum ResendPolicy {
  /** The replica can't be reached, whatever the message: to any replica, until the deadline. */
  ANYWHERE,

  /**
   * A message on the stream may be the cause: each is sent again on a stream of its own, a few
   * times, which shows which one it is.
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
      // be read. No head service sends the others; when a proxy does, a message may be the cause.
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
