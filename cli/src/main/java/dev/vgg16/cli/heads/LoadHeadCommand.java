package dev.vgg16.cli.heads;

import dev.vgg16.cli.connection.AdminTarget;
import dev.vgg16.cli.connection.CredentialOptions;
import dev.vgg16.cli.connection.DebugOption;
import dev.vgg16.cli.output.Printable;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.LoadHeadRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Loads a version from the service's folder of heads, replacing the loaded one. */
@Command(
    name = "load",
    mixinStandardHelpOptions = true,
    description = "Loads a version from the service's folder, while it serves.")
final class LoadHeadCommand implements Callable<Integer> {

  @Mixin private CredentialOptions security;

  @Mixin private AdminTarget target;

  @Mixin
  @SuppressWarnings("UnusedVariable") // read by CommandLines
  private DebugOption debug;

  @Parameters(
      paramLabel = "NAME[@VERSION]",
      description = "Without a version: the highest in the folder.")
  private String head;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    HeadId id = HeadId.parse(head);
    LoadHeadRequest request =
        LoadHeadRequest.newBuilder().setName(id.name()).setVersion(id.version()).build();
    Head loaded = target.call(security.toOptions(), admin -> admin.loadHead(request)).getHead();
    spec.commandLine()
        .getOut()
        .printf(
            "loaded %s@%s%s%n",
            Printable.of(loaded.getName()),
            Printable.of(loaded.getVersion()),
            loaded.getDefaultVersion() ? ", now the default version of its name" : "");
    return 0;
  }
}
