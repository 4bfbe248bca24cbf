package dev.vgg16.bench.relay;

import java.util.function.Consumer;

/** Sends feature maps, a message of some at a time, to a server that answers each message. */
interface MapSender extends AutoCloseable {

  /**
   * Sends one message; does not wait.
   *
   * @param answered told once, with what went wrong or null
   */
  void send(Consumer<Throwable> answered);

  @Override
  void close();
}
