package dev.vgg16.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServicesProcessTest {

  private static final Pattern PROPERTY = Pattern.compile("-D([a-zA-Z0-9.]+)=");
  private static final Pattern VARIABLE = Pattern.compile("export ([A-Z_]+)=");

  @TempDir private Path app;

  @BeforeEach
  void unpack() throws IOException {
    Files.createDirectories(app.resolve("lib"));
    Files.createDirectories(app.resolve(ServicesProcess.NATIVES));
  }

  /** What the scripts in bin/ give the JVM, it has here too. */
  @Test
  void hasThePropertiesOfTheScripts() throws IOException {
    Set<String> properties = found(PROPERTY, "launcher.sh", "feature-service", "head-service");
    // The copy of standard error, which a shell makes.
    properties.remove("vgg16.stderr.copy");
    // Of the other platforms.
    boolean linux = System.getProperty("os.name").equals("Linux");
    properties.remove("org.bytedeco.javacpp." + (linux ? "pathsFirst" : "findLibraries"));
    assertThat(properties).hasSizeGreaterThan(5);
    assertThat(builder(Map.of()).command())
        .extracting(it -> it.replaceAll("^-D|=.*", ""))
        .containsAll(properties);
  }

  @Test
  void hasTheVariablesOfTheScripts() throws IOException {
    assertThat(builder(Map.of()).environment())
        .containsKeys(found(VARIABLE, "feature-service", "head-service").toArray(String[]::new))
        .containsEntry("ORT_DISABLE_TELEMETRY", "1");
  }

  @Test
  void takesTheUsersFlagsLast() throws IOException {
    List<String> command = builder(Map.of("JAVA_OPTS", "-Xmx1g  -Dx=y")).command();
    int classPath = command.indexOf("-cp");
    assertThat(command.subList(classPath - 2, classPath)).containsExactly("-Xmx1g", "-Dx=y");
    assertThat(command).endsWith(Standalone.class.getName(), "--port", "1");
  }

  private ProcessBuilder builder(Map<String, String> environment) throws IOException {
    return new ServicesProcess(Path.of("x.jar"), app, environment).toBuilder("--port", "1");
  }

  private static Set<String> found(Pattern pattern, String... scripts) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String script : scripts) {
      text.append(Files.readString(Path.of("../bin", script)));
    }
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult it) -> it.group(1))
        .collect(Collectors.toSet());
  }
}
