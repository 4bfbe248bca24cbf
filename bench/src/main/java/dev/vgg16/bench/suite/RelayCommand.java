package dev.vgg16.bench.suite;

import static dev.vgg16.bench.report.Figures.goal;
import static dev.vgg16.bench.report.Figures.number;
import static dev.vgg16.bench.report.Figures.series;

import dev.vgg16.bench.process.Ports;
import dev.vgg16.bench.process.ServiceProcess;
import dev.vgg16.bench.process.Services;
import dev.vgg16.bench.relay.RawServer;
import dev.vgg16.bench.relay.RelayLoad;
import dev.vgg16.bench.report.MarkdownTable;
import dev.vgg16.bench.report.Results;
import dev.vgg16.bench.stats.Series;
import dev.vgg16.feature.backbone.BackboneManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The cost of moving a map to a head and scoring it. */
@Command(
    name = "relay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Processor time of client and server per map through the feature service's relay to a head "
          + "service, and for the same bytes through gRPC alone, in alternating rounds."
    })
public final class RelayCommand implements Callable<Integer> {

  private static final double FEATURE_GOAL_MICROS = 40;

  @Mixin private RoundOptions rounds;
  @Mixin private OutputOptions output;

  @Option(
      names = "--messages-in-flight",
      paramLabel = "N",
      defaultValue = "8",
      description = "Messages in flight at a time. Default: ${DEFAULT-VALUE}.")
  private int messagesInFlight;

  /** A message size, and its goal: maps per second of the head service's processor time. */
  private enum Message {
    EIGHT(8, 25_000),
    ONE(1, 12_000);

    private final int maps;
    private final double goal;

    Message(int maps, double goal) {
      this.maps = maps;
      this.goal = goal;
    }
  }

  /** For the results. */
  private record Conditions(RoundOptions.Conditions rounds, int messagesInFlight) {}

  /** The figures of one message size, of the relay and of gRPC alone. */
  private record Figures(int mapsPerMessage, double goal, Way relay, Way grpc) {}

  /** The costs of one way of sending. */
  private record Way(
      Series mapsPerSecond,
      Series mapsPerServerCpuSecond,
      Series serverCpuMicros,
      Series clientCpuMicros) {
    static Way of(List<RelayLoad.Round> rounds) {
      return new Way(
          Series.of(rounds, RelayLoad.Round::mapsPerSecond),
          Series.of(rounds, RelayLoad.Round::mapsPerServerCpuSecond),
          Series.of(rounds, RelayLoad.Round::serverCpuMicros),
          Series.of(rounds, RelayLoad.Round::clientCpuMicros));
    }
  }

  @Override
  public Integer call() throws Exception {
    Results results = output.resultsOf("relay");
    List<Figures> all = new ArrayList<>();
    for (Message message : Message.values()) {
      all.add(measure(message));
    }
    results.write(new Conditions(rounds.conditions(), messagesInFlight), all, table(all));
    return 0;
  }

  private Figures measure(Message message) throws Exception {
    List<Integer> ports = Ports.free(2);
    String backbone = BackboneManifest.read(LoadOptions.BACKBONE).id();
    List<RelayLoad.Round> relayRounds = new ArrayList<>();
    List<RelayLoad.Round> grpcRounds = new ArrayList<>();
    try (ServiceProcess heads = Services.startHead(ports.get(0));
        ServiceProcess raw = RawServer.start(ports.get(1));
        RelayLoad relay =
            RelayLoad.ofHeads(heads, ports.get(0), backbone, message.maps, messagesInFlight);
        RelayLoad grpc = RelayLoad.ofRawBytes(raw, ports.get(1), message.maps, messagesInFlight)) {
      output.progress("relay, %d maps a message: warming up".formatted(message.maps));
      relay.run(rounds.warmup());
      grpc.run(rounds.warmup());
      for (int round = 0; round < rounds.count(); round++) {
        relayRounds.add(relay.run(rounds.length()));
        grpcRounds.add(grpc.run(rounds.length()));
        output.progress(
            "relay, %d maps a message, round %d: server %.1f us, client %.1f us; gRPC alone %.1f, %.1f us"
                .formatted(
                    message.maps,
                    round + 1,
                    relayRounds.get(round).serverCpuMicros(),
                    relayRounds.get(round).clientCpuMicros(),
                    grpcRounds.get(round).serverCpuMicros(),
                    grpcRounds.get(round).clientCpuMicros()));
      }
    }
    return new Figures(message.maps, message.goal, Way.of(relayRounds), Way.of(grpcRounds));
  }

  private static String table(List<Figures> all) {
    MarkdownTable table =
        new MarkdownTable(
            "maps a message",
            "way",
            "maps/s",
            "maps a CPU second of the server",
            "goal",
            "server, us a map",
            "client, us a map",
            "goal");
    for (Figures f : all) {
      Way relay = f.relay();
      table.row(
          "" + f.mapsPerMessage(),
          "relay and head-service",
          series(relay.mapsPerSecond(), 0),
          series(relay.mapsPerServerCpuSecond(), 0),
          goal(">= " + number(f.goal(), 0), relay.mapsPerServerCpuSecond().median() >= f.goal()),
          series(relay.serverCpuMicros(), 1),
          series(relay.clientCpuMicros(), 1),
          goal(
              "<= " + number(FEATURE_GOAL_MICROS, 0),
              relay.clientCpuMicros().median() <= FEATURE_GOAL_MICROS));
      table.row(
          "" + f.mapsPerMessage(),
          "gRPC alone",
          series(f.grpc().mapsPerSecond(), 0),
          series(f.grpc().mapsPerServerCpuSecond(), 0),
          "",
          series(f.grpc().serverCpuMicros(), 1),
          series(f.grpc().clientCpuMicros(), 1),
          "");
    }
    return table.toString();
  }
}
