package dev.vgg16.client;

import io.grpc.Status;

/**
 * What gRPC's threads report of a stream.
 *
 * @param <A> a response
 */
sealed interface StreamEvent<A> {

  /** The stream; events of one that has been replaced are ignored. */
  Object stream();

  /** A response. */
  record Response<A>(Object stream, A message) implements StreamEvent<A> {}

  /** The end of the stream; nothing follows. */
  record Closed<A>(Object stream, Status status) implements StreamEvent<A> {}

  /** Flow control lets requests be sent again. */
  record Ready<A>(Object stream) implements StreamEvent<A> {}
}
