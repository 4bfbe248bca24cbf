package dev.vgg16.bench.replicas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A hosts file with the addresses of one name, in the place of DNS for the JVMs that read it. */
public final class HostsFile {

  private final Path file;
  private final String name;

  /** Creates it without an address. */
  public HostsFile(Path folder, String name) throws IOException {
    this.file =
        Files.createTempFile(Files.createDirectories(folder), "hosts-", "").toAbsolutePath();
    this.name = name;
    list(List.of());
  }

  /** Sets the addresses of the name. */
  public void list(List<String> addresses) throws IOException {
    StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
    addresses.forEach(address -> lines.append(address).append(' ').append(name).append('\n'));
    // Atomically, since it may be read at any time.
    Path next = Path.of(file + ".next");
    Files.writeString(next, lines);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The JVM's option to read it. */
  public String jvmOption() {
    return "-Djdk.net.hosts.file=" + file;
  }
}
