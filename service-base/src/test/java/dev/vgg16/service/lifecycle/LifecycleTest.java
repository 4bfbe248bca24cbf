package dev.vgg16.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LifecycleTest {

  private final Lifecycle lifecycle = new Lifecycle();
  private final List<String> closed = new CopyOnWriteArrayList<>();

  private void add(String name) {
    lifecycle.<AutoCloseable>add(() -> closed.add(name));
  }

  private void addFailing(String name, Throwable failure) {
    lifecycle.<AutoCloseable>add(
        () -> {
          closed.add(name);
          if (failure instanceof Error error) {
            throw error;
          }
          throw (Exception) failure;
        });
  }

  @Test
  void closesInTheReverseOrder() {
    add("first");
    add("second");
    add("third");
    lifecycle.close();
    assertThat(closed).containsExactly("third", "second", "first");
  }

  @Test
  void addReturnsThePart() {
    AutoCloseable part = () -> {};
    assertThat(lifecycle.add(part)).isSameAs(part);
  }

  @Test
  void aFailedCloseDoesNotSkipOthers() throws Exception {
    add("first");
    addFailing("second", new Exception("broken"));
    addFailing("third", new IllegalStateException("broken"));
    addFailing("fourth", new NoClassDefFoundError("broken"));
    add("fifth");
    lifecycle.close();
    assertThat(closed).containsExactly("fifth", "fourth", "third", "second", "first");
    lifecycle.awaitStop();
  }

  @Test
  void closesOnce() {
    add("only");
    lifecycle.close();
    lifecycle.close();
    assertThat(closed).containsExactly("only");
  }

  @Test
  void aPartMayCloseTheLifecycle() {
    add("first");
    lifecycle.add(lifecycle);
    lifecycle.close();
    assertThat(closed).containsExactly("first");
  }

  @Test
  void closeReturnsWhenAllPartsAreStopped() throws Exception {
    // Else the second one could end the process in the middle of the first one's work.
    CountDownLatch inFirstClose = new CountDownLatch(1);
    CountDownLatch mayFinish = new CountDownLatch(1);
    add("last");
    lifecycle.<AutoCloseable>add(
        () -> {
          inFirstClose.countDown();
          mayFinish.await();
        });
    Thread first = new Thread(lifecycle::close);
    first.start();
    inFirstClose.await();
    Thread second =
        new Thread(
            () -> {
              lifecycle.close();
              closed.add("second close returned");
            });
    second.start();
    while (second.getState() != Thread.State.WAITING && second.isAlive()) {
      Thread.onSpinWait();
    }
    mayFinish.countDown();
    first.join();
    second.join();
    assertThat(closed).containsExactly("last", "second close returned");
  }

  @Test
  void addIsRefusedWhileStopping() {
    lifecycle.close();
    assertThatThrownBy(() -> add("late")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFailedStartClosesStartedParts() {
    List<String> events = new ArrayList<>();
    assertThatThrownBy(
            () ->
                Lifecycle.run(
                    lifecycle -> {
                      lifecycle.<AutoCloseable>add(() -> events.add("stopped"));
                      throw new UnsatisfiedLinkError("no library");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("java.lang.UnsatisfiedLinkError: no library");
    assertThat(events).containsExactly("stopped");
  }
}
