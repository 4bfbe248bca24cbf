package dev.vgg16.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.e2e.Program;
import dev.vgg16.e2e.console.ServiceStub.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/** The page while files, calls and the service fail: it goes on, and asks no more than it needs. */
@Timeout(300)
class ConsoleFaultsIT {

  private static final Path SAMPLES = Program.ROOT.resolve("samples");
  private static final Path CAT = SAMPLES.resolve("cat-chelsea.png");

  private static ChromeDriver browser;

  @TempDir private Path folder;
  private ServiceStub service;

  @BeforeAll
  static void openBrowser() {
    browser = Browser.open();
  }

  @AfterAll
  static void quitBrowser() {
    if (browser != null) {
      browser.quit();
    }
  }

  @BeforeEach
  void startService() throws IOException {
    service = ServiceStub.start();
  }

  @AfterEach
  void stopService() {
    service.close();
  }

  private ConsolePage open() {
    return ConsolePage.open(browser, service.url());
  }

  @Test
  void aFileThatCantBeReadEndsItsPhoto() throws IOException {
    Path photo = Files.copy(CAT, folder.resolve("photo.png"));
    ConsolePage page = open();
    page.choose(photo);
    page.awaitCards("done", 1);
    int before = service.calls("/v1/backbone").size();
    Files.delete(photo);
    page.click("#novelty");
    page.awaitText(".card[data-state=failed] .problem", "This file can't be read");
    assertThat(page.text(".problem")).contains("Add it again.");
    assertThat(page.all(".problem button")).as("asking again can't help").isEmpty();
    assertThat(service.calls("/v1/backbone")).hasSize(before);
    assertThat(page.one("#banner").isDisplayed()).isFalse();
  }

  @Test
  void aPhotoThatIsNeverAnsweredEnds() {
    service.answer("/v1/classify", Answer.NONE);
    ConsolePage page = open();
    page.choose(CAT);
    page.awaitText(".card[data-state=failed] .problem", "The photo can't be sent");
    // A browser repeats a call by itself for each connection that was kept and ends.
    assertThat(service.calls("/v1/classify").size()).isBetween(6, 60);
    assertThat(service.calls("/v1/backbone").size()).isLessThan(40);
    service.answer("/v1/classify", Answer.of(Answers.CAT));
    page.button("Try again").click();
    page.awaitCards("done", 1);
  }

  @Test
  void anAnswerThatIsCutOffIsNone() {
    AtomicInteger cut = new AtomicInteger(1);
    service.answer(
        "/v1/classify",
        call -> cut.getAndDecrement() > 0 ? Answer.cut(Answers.CAT) : Answer.of(Answers.CAT));
    ConsolePage page = open();
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(service.calls("/v1/classify")).hasSize(2);
  }

  @Test
  void anAnswerThatIsNoJsonIsSaidToBeUnexpected() {
    service.answer("/v1/classify", Answer.of("<html>Sign in</html>"));
    ConsolePage page = open();
    page.choose(CAT);
    page.awaitText(".card[data-state=failed] .problem", "An unexpected answer (200)");
  }

  @Test
  void aSampleThatDoesNotComeIsNoPhoto() {
    ConsolePage page = open();
    service.answer("/samples/drawing.png", Answer.ofProxy(500));
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
    service.answer(
        "/v1/backbone",
        call -> failures.getAndDecrement() > 0 ? Answer.ofProxy(502) : Answer.of(Answers.BACKBONE));
    ConsolePage page = open();
    page.awaitText("#service", "vgg16-160, int8 on openvino");
    assertThat(page.text("#limits")).contains("195 KiB");
    assertThat(page.all("#heads input")).hasSize(4);
  }

  @Test
  void headsAreListedWhenAHeadServiceAnswers() {
    AtomicInteger failures = new AtomicInteger(2);
    service.answer(
        "/v1/heads",
        call ->
            failures.getAndDecrement() > 0
                ? Answer.problem(503, "UNAVAILABLE", "no head replica")
                : Answer.of(Answers.HEADS));
    ConsolePage page = open();
    page.awaitText("#service", "vgg16-160, int8 on openvino");
    assertThat(page.all("#heads input")).hasSize(4);
  }

  @Test
  void aPhotoIsSentAgainAfterAnErrorOfAProxy() {
    AtomicInteger calls = new AtomicInteger();
    service.answer(
        "/v1/classify",
        call -> {
          int before = calls.getAndIncrement();
          return before < 2 ? Answer.ofProxy(before == 0 ? 502 : 504) : Answer.of(Answers.CAT);
        });
    ConsolePage page = open();
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(service.calls("/v1/classify")).hasSize(3);
  }
}
