package dev.vgg16.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.e2e.Program;
import dev.vgg16.e2e.console.ServiceStub.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The page while files, calls and the service fail: it goes on, and asks no more than it needs. */
@Timeout(300)
class ConsoleFaultsIT {

  private static final Path SAMPLES = Program.ROOT.resolve("samples");
  private static final Path CAT = SAMPLES.resolve("cat-chelsea.png");

  @RegisterExtension static final StubbedConsole console = new StubbedConsole();

  @TempDir private Path folder;

  @Test
  void aFileThatCantBeReadEndsItsPhoto() throws IOException {
    Path photo = Files.copy(CAT, folder.resolve("photo.png"));
    ConsolePage page = console.open();
    page.choose(photo);
    page.awaitCards("done", 1);
    int before = console.service().calls("/v1/backbone").size();
    Files.delete(photo);
    page.click("#novelty");
    page.awaitText(".card[data-state=failed] .problem", "This file can't be read");
    assertThat(page.text(".problem")).contains("Add it again.");
    assertThat(page.all(".problem button")).as("asking again can't help").isEmpty();
    assertThat(console.service().calls("/v1/backbone")).hasSize(before);
    assertThat(page.one("#banner").isDisplayed()).isFalse();
  }

  @Test
  void aPhotoThatIsNeverAnsweredEnds() {
    console.service().answer("/v1/classify", Answer.NONE);
    ConsolePage page = console.open();
    page.choose(CAT);
    page.awaitText(".card[data-state=failed] .problem", "The photo can't be sent");
    // A browser repeats a call by itself for each connection that was kept and ends.
    assertThat(console.service().calls("/v1/classify").size()).isBetween(6, 60);
    assertThat(console.service().calls("/v1/backbone").size()).isLessThan(40);
    console.service().answer("/v1/classify", Answer.of(Answers.CAT));
    page.button("Try again").click();
    page.awaitCards("done", 1);
  }

  @Test
  void anAnswerThatIsCutOffIsNone() {
    AtomicInteger cut = new AtomicInteger(1);
    console
        .service()
        .answer(
            "/v1/classify",
            call -> cut.getAndDecrement() > 0 ? Answer.cut(Answers.CAT) : Answer.of(Answers.CAT));
    ConsolePage page = console.open();
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(console.service().calls("/v1/classify")).hasSize(2);
  }

  @Test
  void anAnswerThatIsNoJsonIsSaidToBeUnexpected() {
    console.service().answer("/v1/classify", Answer.of("<html>Sign in</html>"));
    ConsolePage page = console.open();
    page.choose(CAT);
    page.awaitText(".card[data-state=failed] .problem", "An unexpected answer (200)");
  }

  @Test
  void aSampleThatDoesNotComeIsNoPhoto() {
    ConsolePage page = console.open();
    console.service().answer("/samples/drawing.png", Answer.ofProxy(500));
    page.clickSample("drawing.png");
    page.awaitText("#notice", "The sample can't be loaded (500)");
    assertThat(page.all(".card")).isEmpty();
    page.clickSample("cat-chelsea.jpg");
    page.awaitCards("done", 1);
    assertThat(page.one("#notice").isDisplayed()).isFalse();
  }

  @Test
  void thePageIsCompleteWhenTheServiceIs() {
    AtomicInteger failures = new AtomicInteger(2);
    console
        .service()
        .answer(
            "/v1/backbone",
            call ->
                failures.getAndDecrement() > 0 ? Answer.ofProxy(502) : Answer.of(Answers.BACKBONE));
    ConsolePage page = console.open();
    page.awaitText("#service", "vgg16-160, int8 on openvino");
    assertThat(page.text("#limits")).contains("195 KiB");
    assertThat(page.all("#heads input")).hasSize(4);
  }

  @Test
  void headsAreListedWhenAHeadServiceAnswers() {
    AtomicInteger failures = new AtomicInteger(2);
    console
        .service()
        .answer(
            "/v1/heads",
            call ->
                failures.getAndDecrement() > 0
                    ? Answer.problem(503, "UNAVAILABLE", "no head replica")
                    : Answer.of(Answers.HEADS));
    ConsolePage page = console.open();
    page.awaitText("#service", "vgg16-160, int8 on openvino");
    assertThat(page.all("#heads input")).hasSize(4);
  }

  @Test
  void aPhotoIsSentAgainAfterAnErrorOfAProxy() {
    AtomicInteger calls = new AtomicInteger();
    console
        .service()
        .answer(
            "/v1/classify",
            call -> {
              int before = calls.getAndIncrement();
              return before < 2 ? Answer.ofProxy(before == 0 ? 502 : 504) : Answer.of(Answers.CAT);
            });
    ConsolePage page = console.open();
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(console.service().calls("/v1/classify")).hasSize(3);
  }

  @Test
  void aFullServiceIsAskedAgain() {
    console
        .service()
        .answer("/v1/classify", Answer.problem(429, "RESOURCE_EXHAUSTED", "512 are waiting"));
    ConsolePage page = console.open();
    page.choose(CAT);
    page.awaitCards("retrying", 1);
    assertThat(page.text(".problem"))
        .contains("The service is full", "512 are waiting.", "3,600 s");
    console.service().answer("/v1/classify", Answer.of(Answers.CAT));
    page.button("Try again").click();
    page.awaitCards("done", 1);
  }

  @Test
  void itIsAskedAgainWithoutAnybodysHelp() {
    AtomicInteger refusals = new AtomicInteger(2);
    console
        .service()
        .answer(
            "/v1/classify",
            call ->
                refusals.getAndDecrement() > 0
                    ? new Answer(
                        503, Answers.problem(503, "UNAVAILABLE", "no head replica"), Map.of())
                    : Answer.of(Answers.CAT));
    ConsolePage page = console.open();
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(console.service().calls("/v1/classify")).hasSize(3);
  }

  @Test
  void aServiceThatIsAwayIsWaitedFor() throws IOException {
    ConsolePage page = console.open();
    console.service().goAway();
    page.choose(CAT);
    page.awaitCards("offline", 1);
    page.awaitText("#banner", "The service can't be reached");
    page.awaitText("#service", "Not reached");
    page.assertAccessible("a service that is away");
    console.service().comeBack();
    page.awaitCards("done", 1);
    page.awaitText("#service", "vgg16-160, int8 on openvino");
    assertThat(page.one("#banner").isDisplayed()).isFalse();
  }
}
