package dev.vgg16.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Iterables;
import dev.vgg16.e2e.Program;
import dev.vgg16.e2e.console.ServiceStub.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

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

  @RegisterExtension static final StubbedConsole console = new StubbedConsole();

  @TempDir private Path folder;

  private void needToken(String path, String answer) {
    console
        .service()
        .answer(
            path,
            call ->
                call.token().equals(Optional.of("Bearer secret"))
                    ? Answer.of(answer)
                    : Answer.problem(401, "UNAUTHENTICATED", "no token"));
  }

  @Test
  void aTokenThatNoHeaderCanHaveIsNotTaken() {
    needToken("/v1/heads", Answers.HEADS);
    ConsolePage page = console.open();
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
    ConsolePage page = console.open();
    console
        .browser()
        .executeScript(
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
        console
            .browser()
            .executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", block));
    try {
      ConsolePage page = console.open();
      page.one("#token").sendKeys("secret\n");
      page.until(() -> !page.all("#heads input").isEmpty());
      page.choose(CAT);
      page.awaitCards("done", 1);
      page.click("#forget-token");
      assertThat(page.focused()).isEqualTo("results");
      assertThat(page.one("#forget-token").isDisplayed()).isFalse();
    } finally {
      var unused =
          console.browser().executeCdpCommand("Page.removeScriptToEvaluateOnNewDocument", script);
    }
  }

  @Test
  void aTokenIsAskedForAndKept() {
    needToken("/v1/backbone", Answers.BACKBONE);
    needToken("/v1/heads", Answers.HEADS);
    needToken("/v1/load", Answers.load(1));
    needToken("/v1/classify", Answers.CAT);
    ConsolePage page = console.open();
    assertThat(page.focused()).isEqualTo("token");
    page.assertAccessible("the dialog for the token");
    page.one("#token").sendKeys("wrong\n");
    page.awaitText("#token-title", "The token was refused");
    page.one("#token").sendKeys("secret\n");
    page.until(() -> !page.all("#heads input").isEmpty());
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(Iterables.getLast(console.service().calls("/v1/classify")).token())
        .contains("Bearer secret");
    console.browser().navigate().refresh();
    page.until(() -> !page.all("#heads input").isEmpty());
    assertThat(page.one("#token-dialog").isDisplayed()).isFalse();
    page.click("#forget-token");
    assertThat(page.focused()).isEqualTo("results");
    assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0L);
    page.choose(CAT);
    page.until(() -> page.one("#token-dialog").isDisplayed());
    page.click("#token-cancel");
    page.awaitText(".problem", "A token is needed");
  }
}
