package dev.vgg16.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.head.HeadServerCommand;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceVariablesTest {

  private final ServiceVariables variables =
      new ServiceVariables(Map.of("HEAD_SERVICE_PORT", "1", "HEAD_SERVICE_HOST", ""));

  @Test
  void optionsWinOverTheEnvironment() {
    assertThat(variables.set("HEAD_SERVICE_PORT", Optional.of("2")).get("HEAD_SERVICE_PORT", ""))
        .isEqualTo("2");
    assertThat(variables.set("HEAD_SERVICE_PORT", Optional.empty()).get("HEAD_SERVICE_PORT", ""))
        .isEqualTo("1");
  }

  @Test
  void theEnvironmentWinsOverDefaults() {
    assertThat(variables.orElse("HEAD_SERVICE_PORT", Path.of("x")).get("HEAD_SERVICE_PORT", ""))
        .isEqualTo("1");
    assertThat(variables.orElse("HEAD_SERVICE_HOST", Path.of("x")).get("HEAD_SERVICE_HOST", ""))
        .isEqualTo("x");
  }

  @Test
  void anErrorNamesTheVariable() {
    ServiceVariables wrong = variables.set("HEAD_SERVICE_MAX_BATCH", "many");
    assertThatThrownBy(() -> wrong.parse(new HeadServerCommand(), "HEAD_SERVICE"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("HEAD_SERVICE_MAX_BATCH: ")
        .hasMessageContaining("'many'");
  }

  @Test
  void anErrorOfAnOptionNamesTheService() {
    assertThatThrownBy(
            () ->
                ServiceVariables.naming(
                    "head-service",
                    () -> {
                      throw new IllegalArgumentException("--port must be less");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("head-service: --port must be less");
  }
}
