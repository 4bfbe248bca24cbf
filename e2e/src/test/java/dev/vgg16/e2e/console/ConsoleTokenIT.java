package dev.vgg16.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.e2e.Program;
import dev.vgg16.e2e.console.ServiceStub.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/**
 * The dialog for the token: it comes when a call was refused, and no more often than somebody
 * wants.
 */
@Timeout(300)
class ConsoleTokenIT {

  private static final Path SAMPLES = Program.ROOT.resolve("samples");
  private static final Path CAT = SAMPLES.resolve("cat-chelsea.png");

  private static final String REASON =
      "A token has letters, digits and signs of ASCII, and no spaces.";

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

  private void needToken(String path, String answer) {
    service.answer(
        path,
        call ->
            call.token().equals(Optional.of("Bearer secret"))
                ? Answer.of(answer)
                : Answer.problem(401, "UNAUTHENTICATED", "no token"));
  }

  @Test
  void aTokenThatNoHeaderCanHaveIsNotTaken() {
    needToken("/v1/heads", Answers.HEADS);
    ConsolePage page = open();
    page.one("#token").sendKeys("s\u20accret\n");
    page.until(
        () -> page.evaluate("document.getElementById('token').validationMessage").equals(REASON));
    assertThat(page.one("#token-dialog").isDisplayed()).isTrue();
    page.one("#token").clear();
    page.one("#token").sendKeys("secret\n");
    page.until(() -> !page.all("#heads input").isEmpty());
  }

  @Test
  void whoCancelsIsNotAskedAgainForEachPhoto() {
    needToken("/v1/classify", Answers.CAT);
    ConsolePage page = open();
    browser.executeScript(
        "const show = HTMLDialogElement.prototype.showModal; window.shown = 0;"
            + "HTMLDialogElement.prototype.showModal = function () { window.shown++;"
            + " show.call(this); }");
    page.choose(copies(20));
    page.until(() -> page.one("#token-dialog").isDisplayed());
    page.click("#token-cancel");
    page.awaitCards("failed", 20);
    assertThat(page.evaluate("window.shown")).isEqualTo(1L);
    page.button("Try again").click();
    page.until(() -> page.one("#token-dialog").isDisplayed());
    page.one("#token").sendKeys("secret\n");
    page.awaitCards("done", 1);
  }

  private Path[] copies(int count) {
    return IntStream.range(0, count).mapToObj(this::copy).toArray(Path[]::new);
  }

  private Path copy(int number) {
    try {
      return Files.copy(CAT, folder.resolve(number + ".png"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aTokenIsKeptByThePageWhereSiteDataIsBlocked() {
    needToken("/v1/heads", Answers.HEADS);
    needToken("/v1/classify", Answers.CAT);
    String block =
        "Object.defineProperty(window, 'sessionStorage',"
            + " { get() { throw new DOMException('blocked', 'SecurityError'); } })";
    Map<String, Object> script =
        browser.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", block));
    try {
      ConsolePage page = open();
      page.one("#token").sendKeys("secret\n");
      page.until(() -> !page.all("#heads input").isEmpty());
      page.choose(CAT);
      page.awaitCards("done", 1);
      page.click("#forget-token");
      assertThat(page.focused()).isEqualTo("results");
      assertThat(page.one("#forget-token").isDisplayed()).isFalse();
    } finally {
      var unused = browser.executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", script);
    }
  }
}
