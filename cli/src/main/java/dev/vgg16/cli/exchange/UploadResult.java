package dev.vgg16.cli.exchange;

import dev.vgg16.cli.images.Failure;
import dev.vgg16.cli.images.ImageFile;
import java.util.Optional;

/**
 * What came of one file: a result or a failure.
 *
 * @param index its place among the files
 * @param nanos from sending to the answer; 0 for a file that was never sent
 */
public record UploadResult<R>(
    int index, ImageFile file, Optional<R> result, Optional<Failure> failure, long nanos) {

  static <R> UploadResult<R> failed(int index, ImageFile file, Failure failure, long nanos) {
    return new UploadResult<>(index, file, Optional.empty(), Optional.of(failure), nanos);
  }
}
