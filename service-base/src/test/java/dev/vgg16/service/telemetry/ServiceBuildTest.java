package dev.vgg16.service.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceBuildTest {

  private static final ServiceBuild BUILD = new ServiceBuild("head-service", "1.2.3", "0a1b2c");

  @Test
  void isAMetricOfTheManagementPage() {
    try (Telemetry telemetry = Telemetry.of(BUILD, true, Map.of())) {
      assertThat(telemetry.expose(null).body().toStringUtf8())
          .contains("vgg16_build_info{revision=\"0a1b2c\",version=\"1.2.3\"} 1\n");
    }
  }

  @Test
  void isReadFromTheJarOfAClass() {
    ServiceBuild build = ServiceBuild.of("test", Test.class);
    assertThat(build.version()).startsWith("5.");
    assertThat(build.revision()).isEqualTo("unknown");
  }

  @Test
  void isUnknownOutsideOfAJar() {
    assertThat(ServiceBuild.of("test", ServiceBuild.class))
        .isEqualTo(new ServiceBuild("test", "unknown", "unknown"));
    assertThat(ServiceBuild.of("test", String.class))
        .isEqualTo(new ServiceBuild("test", "unknown", "unknown"));
  }
}
