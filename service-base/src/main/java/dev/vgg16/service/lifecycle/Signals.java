package dev.vgg16.service.lifecycle;

import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. {@code sun.misc.Signal}, of the module jdk.unsupported, is the
 * only way to hear of one and live on; it is reached by reflection because the compiler's warning
 * of it can't be switched off.
 */
final class Signals {

  private Signals() {}

  /**
   * Has an action run, on the JVM's thread for signals, instead of what the JVM does at a signal.
   *
   * @param name without SIG, such as TERM
   * @throws IllegalStateException when the JVM does not let it be handled
   */
  static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object toAction =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), toAction);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("SIG" + name + " can't be handled: " + e, e);
    }
  }
}
