package dev.vgg16.bench.relay;

import java.util.function.Consumer;

/** Sends messages of feature maps to a server that answers each message. */
interface MapSender extends AutoCloseable {

  /**
   * Sends one message without waiting for its response.
   *
   * @param answered called once, with the failure or null
   */
  void send(Consumer<Throwable> answered);

  @Override
  void close();
}
