package dev.vgg16.cli.upload;

import dev.vgg16.cli.images.InputFile;
import dev.vgg16.cli.images.InputFileReader;
import dev.vgg16.cli.output.Progress;
import dev.vgg16.client.FeatureServiceClient;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.client.StreamMethod;
import dev.vgg16.client.StreamUploader;
import dev.vgg16.client.UploadResult;
import dev.vgg16.v1.GetBackboneResponse;

/** A connection to a feature service on which the files of an {@link Upload} are sent. */
public final class UploadSession implements AutoCloseable {

  private final Upload upload;
  private final ServiceConnection connection;
  private final FeatureServiceClient features;
  private final GetBackboneResponse backbone;

  /** Receives the result of each file. */
  public interface Results<R> {
    void accept(UploadResult<InputFile, R> result, Progress progress);
  }

  UploadSession(Upload upload, ServiceConnection connection) {
    this.upload = upload;
    this.connection = connection;
    this.features = FeatureServiceClient.on(connection);
    this.backbone = features.backbone();
  }

  /** The service, for its stream methods. */
  public FeatureServiceClient features() {
    return features;
  }

  /** The backbone that the service runs. */
  public GetBackboneResponse backbone() {
    return backbone;
  }

  /**
   * Sends the files, with a progress bar.
   *
   * @param task the title of the progress bar
   */
  public <Q, A, R> void send(String task, StreamMethod<Q, A, R> method, Results<R> results)
      throws InterruptedException {
    InputFileReader reader = new InputFileReader(backbone.getMaxImageBytes());
    try (Progress progress = Progress.of(task, upload.files().size(), upload.terminal())) {
      new StreamUploader<>(method, reader, upload.options(), upload.clock())
          .run(
              upload.files(),
              result -> {
                results.accept(result, progress);
                progress.step();
              });
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
