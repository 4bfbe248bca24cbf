package dev.vgg16.cli.upload;

import dev.vgg16.cli.connection.CredentialOptions;
import dev.vgg16.cli.connection.FeatureTarget;
import dev.vgg16.cli.images.InputFiles;
import dev.vgg16.cli.output.Terminal;
import dev.vgg16.client.Clock;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Options and parameters: the image files, the service, and how to send. */
public final class UploadArguments {

  @Mixin private FeatureTarget target;

  @Mixin private SendingOptions sending;

  @Mixin private CredentialOptions security;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description = "Image files, and folders, of which all images are sent.")
  private List<Path> paths;

  /**
   * Checks the arguments and finds the files.
   *
   * @throws IllegalArgumentException names the invalid argument
   */
  public Upload prepare(Clock clock, Terminal terminal) {
    return new Upload(
        target.address(),
        security.toOptions(),
        sending.toOptions(),
        InputFiles.find(paths),
        clock,
        terminal);
  }
}
