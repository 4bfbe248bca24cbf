package dev.vgg16.service.lifecycle;

import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. {@code sun.misc.Signal}, of the module jdk.unsupported, is the
 * only way to handle one without ending the JVM; it is called by reflection because the compiler's
 * warning about it can't be suppressed.
 */
final class Signals {

  private Signals() {}

  /**
   * Runs an action on the JVM's signal thread instead of the JVM's default handler.
   *
   * @param name without SIG, such as TERM
   * @throws IllegalStateException when the JVM does not allow to handle it
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
