package dev.vgg16.client;

import java.util.Optional;

/**
 * The outcome of one item: a result or a failure.
 *
 * @param index its position among the items
 * @param nanos from sending it first to its response; 0 for an item that was never sent
 */
public record UploadResult<K, R>(
    int index, K item, Optional<R> result, Optional<Failure> failure, long nanos) {

  static <K, R> UploadResult<K, R> succeeded(int index, K item, R result, long nanos) {
    return new UploadResult<>(index, item, Optional.of(result), Optional.empty(), nanos);
  }

  static <K, R> UploadResult<K, R> failed(int index, K item, Failure failure, long nanos) {
    return new UploadResult<>(index, item, Optional.empty(), Optional.of(failure), nanos);
  }
}
