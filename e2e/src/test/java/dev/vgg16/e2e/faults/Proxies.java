package dev.vgg16.e2e.faults;

import dev.vgg16.e2e.Program;
import eu.rekawek.toxiproxy.Proxy;
import eu.rekawek.toxiproxy.ToxiproxyClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A Toxiproxy process, which can slow down and break connections. */
final class Proxies implements AutoCloseable {

  static final Path PROGRAM = Program.ROOT.resolve(".tools/bin/toxiproxy");

  private final Process process;
  private final ToxiproxyClient client;

  private Proxies(Process process, ToxiproxyClient client) {
    this.process = process;
    this.client = client;
  }

  static boolean areInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  static Proxies start() throws IOException, InterruptedException {
    int port = Cluster.freePorts(1)[0];
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "-host", "127.0.0.1", "-port", "" + port)
            .redirectErrorStream(true)
            .redirectOutput(Path.of("target", "toxiproxy.log").toFile())
            .start();
    ToxiproxyClient client = new ToxiproxyClient("127.0.0.1", port);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (true) {
      try {
        client.version();
        return new Proxies(process, client);
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          process.destroyForcibly();
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }

  /** A port of 127.0.0.1 that is forwarded to another one. */
  Proxy open(String name, int port, int to) throws IOException {
    return client.createProxy(name, "127.0.0.1:" + port, "127.0.0.1:" + to);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
