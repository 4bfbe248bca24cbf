package dev.vgg16.cli.heads;

import dev.vgg16.cli.connection.AdminTarget;
import dev.vgg16.cli.connection.CredentialOptions;
import dev.vgg16.cli.connection.DebugOption;
import dev.vgg16.cli.output.Printable;
import dev.vgg16.v1.UnloadHeadRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Unloads a version; requests in flight complete with it. */
@Command(
    name = "unload",
    mixinStandardHelpOptions = true,
    description = "Unloads a version, until its files change or it is loaded again.")
final class UnloadHeadCommand implements Callable<Integer> {

  @Mixin private CredentialOptions security;

  @Mixin private AdminTarget target;

  @Mixin
  @SuppressWarnings("UnusedVariable") // read by CommandLines
  private DebugOption debug;

  @Parameters(paramLabel = "NAME@VERSION", description = "The version to unload.")
  private String head;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    HeadId id = HeadId.parse(head);
    if (id.version().isEmpty()) {
      throw new IllegalArgumentException("name a version to unload, such as " + id.name() + "@1");
    }
    UnloadHeadRequest request =
        UnloadHeadRequest.newBuilder().setName(id.name()).setVersion(id.version()).build();
    var unused = target.call(security.toOptions(), admin -> admin.unloadHead(request));
    spec.commandLine()
        .getOut()
        .printf("unloaded %s@%s%n", Printable.of(id.name()), Printable.of(id.version()));
    return 0;
  }
}
