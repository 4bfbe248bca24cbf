package dev.vgg16.cli.summary;

import dev.vgg16.cli.connection.CredentialOptions;
import dev.vgg16.cli.connection.DebugOption;
import dev.vgg16.cli.connection.FeatureTarget;
import dev.vgg16.cli.connection.HeadTarget;
import dev.vgg16.client.FeatureServiceClient;
import dev.vgg16.client.HeadServiceClient;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.v1.GetBackboneResponse;
import dev.vgg16.v1.Head;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the served model as Keras's summary does. */
@Command(
    name = "summary",
    mixinStandardHelpOptions = true,
    description = "Prints the served model, backbone and head, as Keras's summary() does.")
public final class SummaryCommand implements Callable<Integer> {

  @Mixin private CredentialOptions security;

  @Mixin private FeatureTarget target;
  @Mixin private HeadTarget headTarget;

  @Mixin
  @SuppressWarnings("UnusedVariable") // read by CommandLines
  private DebugOption debug;

  @Option(
      names = "--head",
      paramLabel = "NAME[@VERSION]",
      defaultValue = "",
      description = "Which head (default: the service's).")
  private String head;

  @Option(names = "--layers", description = "Show the layers of the base.")
  private boolean layers;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    GetBackboneResponse backbone = fetchBackbone();
    Head loadedHead = fetchHead();
    requireSameBackbone(backbone, loadedHead);
    spec.commandLine().getOut().print(new ModelSummary(backbone, loadedHead, layers));
    spec.commandLine().getOut().flush();
    return 0;
  }

  /** Maps of one backbone mean nothing to a head of another. */
  private void requireSameBackbone(GetBackboneResponse backbone, Head loadedHead) {
    if (!loadedHead.getBackbone().equals(backbone.getId())) {
      throw new IllegalStateException(
          "the head %s@%s scores maps of %s, and %s runs %s: `vgg16 heads` lists what each head needs"
              .formatted(
                  loadedHead.getName(),
                  loadedHead.getVersion(),
                  loadedHead.getBackbone(),
                  target.address(),
                  backbone.getId()));
    }
  }

  private GetBackboneResponse fetchBackbone() {
    try (ServiceConnection connection =
        ServiceConnection.open(target.address(), security.toOptions())) {
      return FeatureServiceClient.on(connection).backbone();
    }
  }

  private Head fetchHead() {
    try (ServiceConnection connection =
        ServiceConnection.open(headTarget.address(), security.toOptions())) {
      return HeadServiceClient.on(connection).head(head);
    }
  }
}
