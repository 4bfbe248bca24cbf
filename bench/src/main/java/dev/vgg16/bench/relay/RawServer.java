package dev.vgg16.bench.relay;

import dev.vgg16.bench.process.ServiceProcess;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/** Answers each message of maps with as many bytes as their scores have, without computing. */
public final class RawServer {

  private static final String READY = "ready";

  /** About the size of one map's scores by a head with two classes. */
  private static final int ANSWER_BYTES_OF_A_MAP = 64;

  private RawServer() {}

  /** Runs the server until it is killed; the argument is its port. */
  public static void main(String[] args) throws Exception {
    Server server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])))
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder(RawBytes.SERVICE)
                    .addMethod(
                        RawBytes.METHOD, ServerCalls.asyncBidiStreamingCall(RawServer::exchange))
                    .build())
            .build()
            .start();
    System.err.println(READY);
    server.awaitTermination();
  }

  /** Starts the server as a child process with the head service's JVM flags. */
  public static ServiceProcess start(int port) throws Exception {
    return ServiceProcess.start(
        "raw-server",
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms32m",
            "-Xmx256m",
            "-XX:MaxDirectMemorySize=512m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            RawServer.class.getName(),
            Integer.toString(port)),
        READY);
  }

  private static StreamObserver<byte[]> exchange(StreamObserver<byte[]> out) {
    return new StreamObserver<>() {
      @Override
      public void onNext(byte[] message) {
        out.onNext(new byte[message.length / RandomMaps.BYTES_OF_ONE * ANSWER_BYTES_OF_A_MAP]);
      }

      @Override
      public void onError(Throwable t) {}

      @Override
      public void onCompleted() {
        out.onCompleted();
      }
    };
  }
}
