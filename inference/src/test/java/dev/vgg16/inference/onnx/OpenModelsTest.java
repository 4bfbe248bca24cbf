package dev.vgg16.inference.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtSession;
import dev.vgg16.service.errors.ServingException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class OpenModelsTest {

  private final OpenModels models = new OpenModels();

  private OnnxModel load(String name) {
    return OnnxModel.load(Fixtures.model(name), SessionSettings.singleThread(), models);
  }

  @Test
  void endsARunThatIsInProgress() throws Exception {
    OnnxModel model = load("endless");
    CompletableFuture<Void> run = runInProgress(model);
    models.close();
    assertThat(model.isClosed()).isTrue();
    assertThat(run)
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableThat()
        .havingRootCause()
        .isInstanceOfSatisfying(
            ServingException.class,
            e -> assertThat(e.kind()).isEqualTo(ServingException.Kind.UNAVAILABLE))
        .withMessage("the service is stopping");
  }

  /** As a head that was replaced, whose last request still runs. */
  @Test
  void endsARunOfAModelThatItsOwnerHasClosed() throws Exception {
    OnnxModel model = load("endless");
    CompletableFuture<Void> run = runInProgress(model);
    model.close();
    assertThat(model.isClosed()).isFalse();
    models.close();
    assertThat(run).failsWithin(Duration.ofMinutes(1));
    assertThat(model.isClosed()).isTrue();
  }

  @Test
  void loadsNothingOnceClosed() {
    models.close();
    assertThatThrownBy(() -> load("affine")).hasMessage("the service is stopping");
  }

  /** The model can't be run then. */
  @Test
  void waitsForAModelThatIsBeingLoaded() throws Exception {
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    CompletableFuture<OnnxModel> loaded =
        CompletableFuture.supplyAsync(
            () ->
                models.load(
                    () -> {
                      loading.countDown();
                      await(closing);
                      return Fixtures.load("affine");
                    }));
    loading.await();
    Thread closer = new Thread(models::close);
    closer.start();
    while (closer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    closing.countDown();
    closer.join();
    assertThat(loaded.get().isClosed()).isTrue();
  }

  @Test
  void doesNotWaitForever() throws Exception {
    OpenModels impatient = new OpenModels(Duration.ofMillis(1));
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    CompletableFuture<OnnxModel> loaded =
        CompletableFuture.supplyAsync(
            () ->
                impatient.load(
                    () -> {
                      loading.countDown();
                      await(closed);
                      return Fixtures.load("affine");
                    }));
    loading.await();
    assertThatThrownBy(impatient::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("after 1 ms");
    closed.countDown();
    assertThat(loaded.get().isClosed()).isTrue();
  }

  @Test
  void modelsThatTheirOwnersHaveClosedAreNotWaitedFor() {
    load("affine").close();
    OnnxModel open = load("affine");
    models.close();
    assertThat(open.isClosed()).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns when ONNX Runtime runs the model. */
  private static CompletableFuture<Void> runInProgress(OnnxModel model) {
    CompletableFuture<Void> run = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try (RowBuffer in = new RowBuffer(1, 2);
                  RowBuffer out = new RowBuffer(1, 2)) {
                model.run(in, 1, out);
                run.complete(null);
              } catch (Exception e) {
                run.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    while (!isInNativeRun(thread)) {
      Thread.onSpinWait();
    }
    return run;
  }

  private static boolean isInNativeRun(Thread thread) {
    assertThat(thread.isAlive()).isTrue();
    return Arrays.stream(thread.getStackTrace())
        .limit(1)
        .anyMatch(
            frame ->
                frame.isNativeMethod() && frame.getClassName().equals(OrtSession.class.getName()));
  }
}
