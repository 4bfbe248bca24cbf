package dev.vgg16.cli.heads;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.vgg16.cli.connection.CredentialOptions;
import dev.vgg16.cli.connection.DebugOption;
import dev.vgg16.cli.connection.HeadTarget;
import dev.vgg16.cli.heads.release.CanaryCommand;
import dev.vgg16.cli.heads.release.PinCommand;
import dev.vgg16.cli.heads.release.PromoteCommand;
import dev.vgg16.cli.heads.release.RollbackCommand;
import dev.vgg16.cli.heads.release.ShadowCommand;
import dev.vgg16.cli.heads.release.StatusCommand;
import dev.vgg16.cli.output.Printable;
import dev.vgg16.cli.output.Table;
import dev.vgg16.client.HeadServiceClient;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.v1.Head;
import dev.vgg16.v1.ListHeadsResponse;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the heads that are loaded. */
@Command(
    name = "heads",
    mixinStandardHelpOptions = true,
    subcommands = {
      LoadHeadCommand.class,
      UnloadHeadCommand.class,
      PromoteCommand.class,
      RollbackCommand.class,
      PinCommand.class,
      CanaryCommand.class,
      ShadowCommand.class,
      StatusCommand.class
    },
    description = {
      "Lists the heads that the head service has loaded; loads and unloads them; releases their "
          + "versions.",
      "",
      "default: yes for the head that scores when a request names none; of its name for the "
          + "version that a name without a version means.",
      "traffic: the share of the requests for the name that the version answers, in percent, and "
          + "whether it scores in the shadow of others.",
      "released as: the labels that name it, as in NAME@canary.",
      ""
    })
public final class HeadsCommand implements Callable<Integer> {

  private static final int MAX_LABELS_WIDTH = 40;

  @Mixin private CredentialOptions security;

  @Mixin private HeadTarget target;

  @Mixin
  @SuppressWarnings("UnusedVariable") // read by CommandLines
  private DebugOption debug;

  @Option(names = "--json", description = "Print one JSON object per line.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ListHeadsResponse heads = fetch();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      heads.getHeadsList().forEach(head -> out.println(jsonLine(head, heads.getDefaultHead())));
    } else {
      out.print(table(heads));
      out.flush();
    }
    return 0;
  }

  private ListHeadsResponse fetch() {
    try (ServiceConnection connection =
        ServiceConnection.open(target.address(), security.toOptions())) {
      return HeadServiceClient.on(connection).heads();
    }
  }

  private static Table table(ListHeadsResponse heads) {
    Table table =
        new Table(
            "head",
            "version",
            "default",
            "traffic",
            "released as",
            "classes",
            "parameters",
            "labels",
            "backbone");
    for (Head head : heads.getHeadsList()) {
      table.add(
          head.getName(),
          head.getVersion(),
          isDefault(head, heads.getDefaultHead())
              ? "yes"
              : head.getDefaultVersion() ? "of its name" : "",
          traffic(head),
          String.join(", ", head.getReleaseLabelsList()),
          "%,d".formatted(head.getLabelsCount()),
          "%,d".formatted(head.getParameters()),
          Printable.shortened(
              Printable.of(String.join(", ", head.getLabelsList())), MAX_LABELS_WIDTH),
          head.getBackbone());
    }
    return table;
  }

  private static String traffic(Head head) {
    String percent =
        BigDecimal.valueOf(head.getTrafficPercent()).stripTrailingZeros().toPlainString();
    return head.getShadow() ? "shadow" : head.getTrafficPercent() > 0 ? percent + "%" : "";
  }

  private static boolean isDefault(Head head, String defaultHead) {
    return head.getDefaultVersion() && head.getName().equals(defaultHead);
  }

  private static String jsonLine(Head head, String defaultHead) {
    JsonObject line = new JsonObject();
    line.addProperty("head", head.getName());
    line.addProperty("version", head.getVersion());
    line.addProperty("default", isDefault(head, defaultHead));
    line.addProperty("default_version", head.getDefaultVersion());
    line.addProperty("traffic_percent", head.getTrafficPercent());
    line.addProperty("shadow", head.getShadow());
    JsonArray released = new JsonArray();
    head.getReleaseLabelsList().forEach(released::add);
    line.add("release_labels", released);
    line.addProperty("parameters", head.getParameters());
    line.addProperty("backbone", head.getBackbone());
    JsonArray labels = new JsonArray();
    head.getLabelsList().forEach(labels::add);
    line.add("labels", labels);
    return new Gson().toJson(line);
  }
}
