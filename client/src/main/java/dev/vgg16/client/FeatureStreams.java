package dev.vgg16.client;

import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.FeatureServiceGrpc.FeatureServiceStub;

/** The stub that streams of images are opened with. */
final class FeatureStreams {

  /** Bytes that gRPC may buffer before a stream is not ready; its default is 32 KiB. */
  private static final int ON_READY_THRESHOLD = 1 << 20;

  private FeatureStreams() {}

  /** A stub that connects at once, also while gRPC waits after a failed attempt. */
  static FeatureServiceStub stub(ServiceConnection connection) {
    connection.resetConnectBackoff();
    return FeatureServiceGrpc.newStub(connection.channel())
        .withOnReadyThreshold(ON_READY_THRESHOLD);
  }
}
