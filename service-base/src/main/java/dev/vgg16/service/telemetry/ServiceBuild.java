package dev.vgg16.service.telemetry;

import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * Which build of a service runs.
 *
 * @param service such as {@code head-service}
 * @param version such as {@code 0.2.0}
 * @param revision the commit that it was built from
 */
public record ServiceBuild(String service, String version, String revision) {

  private static final String UNKNOWN = "unknown";
  private static final Attributes.Name REVISION = new Attributes.Name("Source-Revision");

  /**
   * As the manifest of a jar says.
   *
   * @param inJar any class of the jar
   */
  public static ServiceBuild of(String service, Class<?> inJar) {
    Attributes attributes =
        manifest(inJar).map(Manifest::getMainAttributes).orElse(new Attributes());
    return new ServiceBuild(
        service,
        valueOf(attributes, Attributes.Name.IMPLEMENTATION_VERSION),
        valueOf(attributes, REVISION));
  }

  private static Optional<Manifest> manifest(Class<?> inJar) {
    CodeSource source = inJar.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Optional.empty();
    }
    try {
      Path file = Path.of(new URI(source.getLocation().toString()));
      // Tests have a folder of classes.
      return Files.isRegularFile(file) ? read(file) : Optional.empty();
    } catch (IOException | URISyntaxException e) {
      // No reason not to serve.
      return Optional.empty();
    }
  }

  private static Optional<Manifest> read(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      return Optional.ofNullable(jar.getManifest());
    }
  }

  private static String valueOf(Attributes attributes, Attributes.Name name) {
    String value = attributes.getValue(name);
    return value == null || value.isBlank() ? UNKNOWN : value;
  }

  /**
   * {@code vgg16_build_info}. Not by OpenTelemetry, whose exporter takes {@code _info} from the end
   * of a gauge's name. Without the service, which is the scrape's {@code job}; a label {@code
   * service} is what Prometheus's operator gives targets.
   */
  MetricSnapshot toMetric() {
    return InfoSnapshot.builder()
        .name("vgg16_build")
        .help("Which build of the service runs; always 1")
        .dataPoint(
            InfoDataPointSnapshot.builder()
                .labels(Labels.of("version", version, "revision", revision))
                .build())
        .build();
  }
}
