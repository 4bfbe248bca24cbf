package dev.vgg16.cli.upload;

import dev.vgg16.cli.images.InputFile;
import dev.vgg16.cli.output.Terminal;
import dev.vgg16.client.Clock;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.client.ServiceFailure;
import dev.vgg16.client.UploadOptions;
import dev.vgg16.security.ClientSecurityOptions;
import java.util.List;

/** Files to be sent, with checked options. */
public record Upload(
    String target,
    ClientSecurityOptions security,
    UploadOptions options,
    List<InputFile> files,
    Clock clock,
    Terminal terminal) {

  /**
   * Connects to the feature service.
   *
   * @throws ServiceFailure when that fails
   */
  public UploadSession open() {
    ServiceConnection connection = ServiceConnection.open(target, security);
    try {
      return new UploadSession(this, connection);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }
}
