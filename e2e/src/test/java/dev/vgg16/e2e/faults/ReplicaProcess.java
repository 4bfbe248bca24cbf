package dev.vgg16.e2e.faults;

import dev.vgg16.client.ServiceConnection;
import dev.vgg16.e2e.Program;
import dev.vgg16.security.ClientSecurityOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A service's process at one address, which can be killed, hung, and started again. */
final class ReplicaProcess implements AutoCloseable {

  private final String program;
  private final Map<String, String> environment;
  private final String host;
  private final int port;
  private final List<String> arguments;
  private Program process;

  ReplicaProcess(
      String program,
      Map<String, String> environment,
      String host,
      int port,
      List<String> arguments) {
    this.program = program;
    this.environment = environment;
    this.host = host;
    this.port = port;
    this.arguments = arguments;
  }

  /** Starts it without waiting until it serves. */
  void start() throws IOException {
    List<String> all = new ArrayList<>(List.of("--host", host, "--port", "" + port));
    all.addAll(arguments);
    process = Program.start(environment, program, all.toArray(String[]::new));
  }

  /** Waits until its health is SERVING. */
  void awaitServing() throws IOException, InterruptedException {
    try (ServiceConnection connection =
        ServiceConnection.open(host + ":" + port, ClientSecurityOptions.PLAIN)) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
      while (!isServing(connection)) {
        if (System.nanoTime() > end || !process.isRunning()) {
          throw new AssertionError(program + " does not serve:\n" + process.err());
        }
        connection.resetConnectBackoff();
        Thread.sleep(20);
      }
    }
  }

  private static boolean isServing(ServiceConnection connection) {
    try {
      return HealthGrpc.newBlockingStub(connection.channel())
              .withDeadlineAfter(2, TimeUnit.SECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.SERVING;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** SIGKILL. */
  void kill() {
    process.close();
  }

  /** SIGSTOP: it keeps its connections and does nothing. */
  void hang() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** SIGTERM; returns the exit code. */
  int stop() throws IOException, InterruptedException {
    process.terminate();
    return process.await().exitCode();
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
    if (code != 0) {
      throw new AssertionError("kill -" + name + " failed");
    }
  }

  /** Its resident memory, in MiB. */
  long residentMebibytes() throws IOException {
    return process.residentMebibytes();
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  String log() throws IOException {
    return process.err();
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
