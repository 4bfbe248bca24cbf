package dev.vgg16.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.cli.Vgg16;
import dev.vgg16.cli.output.Terminal;
import dev.vgg16.client.Clock;
import dev.vgg16.commandline.CommandLines;
import dev.vgg16.feature.FeatureServerCommand;
import dev.vgg16.head.HeadServerCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Checks that docs/configuration.md is up to date. */
class ConfigurationPageTest {

  private static final Path PAGE = Path.of("../docs/configuration.md");

  /** {@code make configuration-docs} sets it. */
  private static final boolean WRITE = Boolean.getBoolean("configuration.write");

  @Test
  void hasTheOptionsOfThePrograms() throws IOException {
    String page = Files.readString(PAGE);

    String current = page;
    current =
        ConfigurationPage.withOptions(
            current,
            "feature-service",
            service(new FeatureServerCommand(), "FEATURE_SERVICE"),
            "FEATURE_SERVICE");
    current =
        ConfigurationPage.withOptions(
            current,
            "head-service",
            service(new HeadServerCommand(), "HEAD_SERVICE"),
            "HEAD_SERVICE");
    current =
        ConfigurationPage.withOptions(
            current,
            "vgg16",
            Vgg16.commandLine(Map.of(), Clock.SYSTEM, new Terminal(false, false, false)),
            "VGG16");

    if (WRITE) {
      Files.writeString(PAGE, current);
    } else {
      assertThat(page).as("stale: run `make configuration-docs`").isEqualTo(current);
    }
  }

  private static CommandLine service(Callable<Integer> command, String prefix) {
    return CommandLines.of(command, prefix, Map.of());
  }
}
