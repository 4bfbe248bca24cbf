package dev.vgg16.client;

import com.google.protobuf.ByteString;
import com.google.rpc.Status;
import io.grpc.stub.ClientResponseObserver;
import java.util.Optional;

/**
 * A bidirectional streaming method whose requests and responses carry an item's id.
 *
 * @param <Q> an item's request
 * @param <A> an item's response
 * @param <R> the result in a response without an error
 */
public interface StreamMethod<Q, A, R> {

  /** Opens a stream. */
  void open(ClientResponseObserver<Q, A> responses);

  /** The request for an image. */
  Q request(String id, ByteString image);

  /** The id that a response names. */
  String id(A response);

  /** The error in a response; empty when it has a result. */
  Optional<Status> error(A response);

  /** The result in a response. */
  R result(A response);
}
