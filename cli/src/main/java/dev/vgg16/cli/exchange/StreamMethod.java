package dev.vgg16.cli.exchange;

import com.google.protobuf.ByteString;
import io.grpc.stub.ClientResponseObserver;

/**
 * One of the service's streams of items, in the terms of {@link StreamUploader}.
 *
 * @param <Q> an item's request
 * @param <A> an item's answer
 * @param <R> the result in an answer that is no error
 */
public interface StreamMethod<Q, A, R> {

  /** Opens the stream. */
  void open(ClientResponseObserver<Q, A> answers);

  /** The request for a file's bytes. */
  Q request(String id, ByteString file);

  /** The id that an answer names. */
  String id(A answer);

  /** The error in an answer; null when it has a result. */
  com.google.rpc.Status error(A answer);

  /** The result in an answer. */
  R result(A answer);
}
