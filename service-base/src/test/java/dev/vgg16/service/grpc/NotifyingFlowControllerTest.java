package dev.vgg16.service.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NotifyingFlowControllerTest {

  private static final int NUMBER = 7;

  private final List<String> events = new ArrayList<>();
  private final Http2LocalFlowController controller =
      new NotifyingFlowController(
          (Http2LocalFlowController)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {Http2LocalFlowController.class},
                  (proxy, method, arguments) -> record(method, arguments)),
          (stream, bytes) -> events.add("notified of " + bytes));

  private Object record(Method method, Object... arguments) {
    events.add(method.getName() + (arguments == null ? "[]" : Arrays.toString(arguments)));
    return valueOf(method.getReturnType());
  }

  private static Object valueOf(Class<?> type) {
    if (type == int.class) {
      return NUMBER;
    }
    return type == boolean.class ? true : null;
  }

  private static Http2Stream stream() throws Http2Exception {
    return new DefaultHttp2Connection(true).remote().createStream(1, false);
  }

  @Test
  void notifiesAfterBytesAreConsumed() throws Exception {
    Http2Stream stream = stream();
    assertThat(controller.consumeBytes(stream, 5)).isTrue();
    assertThat(events).containsExactly("consumeBytes[%s, 5]".formatted(stream), "notified of 5");
  }

  @Test
  void doesNotNotifyOfZeroBytesOrAClosedStream() throws Exception {
    assertThat(controller.consumeBytes(stream(), 0)).isTrue();
    assertThat(controller.consumeBytes(null, 5)).isTrue();
    assertThat(events).hasSize(2).noneMatch(event -> event.startsWith("notified"));
  }

  @Test
  void delegatesAllOtherMethods() throws ReflectiveOperationException {
    for (Method method : Http2LocalFlowController.class.getMethods()) {
      if (method.getName().equals("consumeBytes") || Modifier.isStatic(method.getModifiers())) {
        continue;
      }
      events.clear();
      Object[] arguments =
          Arrays.stream(method.getParameterTypes())
              .map(NotifyingFlowControllerTest::valueOf)
              .toArray();
      Object answer = method.invoke(controller, arguments);
      assertThat(events).containsExactly(method.getName() + Arrays.toString(arguments));
      if (method.getReturnType().isPrimitive()) {
        assertThat(answer).isEqualTo(valueOf(method.getReturnType()));
      } else {
        assertThat(answer).as("what is to be used from then on").isSameAs(controller);
      }
    }
  }
}
