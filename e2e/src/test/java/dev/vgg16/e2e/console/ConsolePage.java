package dev.vgg16.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The console in a browser. Waits for conditions, however slow the machine is. */
final class ConsolePage {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final String AXE = resource("/axe.min.js");

  private final ChromeDriver browser;

  private ConsolePage(ChromeDriver browser) {
    this.browser = browser;
  }

  /** Opens it, and returns when it has listed the heads or asks for a token. */
  static ConsolePage open(ChromeDriver browser, String url) {
    browser.get(url);
    ConsolePage page = new ConsolePage(browser);
    page.until(
        () -> !page.all("#heads input").isEmpty() || page.one("#token-dialog").isDisplayed());
    return page;
  }

  private static String resource(String name) {
    try {
      return Resources.toString(ConsolePage.class.getResource(name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  WebElement one(String selector) {
    return browser.findElement(By.cssSelector(selector));
  }

  List<WebElement> all(String selector) {
    return browser.findElements(By.cssSelector(selector));
  }

  /** The visible text of an element. */
  String text(String selector) {
    return one(selector).getText();
  }

  void click(String selector) {
    one(selector).click();
  }

  /** Gives the page files, as its dialog for files does. */
  void choose(Path... files) {
    String paths =
        String.join(
            "\n", List.of(files).stream().map(it -> it.toAbsolutePath().toString()).toList());
    one("#files").sendKeys(paths);
  }

  void clickSample(String file) {
    click("#samples img[src$='%s']".formatted(file));
  }

  /** The button with this text. */
  WebElement button(String text) {
    return browser.findElement(By.xpath("//button[normalize-space()='%s']".formatted(text)));
  }

  /** Waits until the text of an element contains this. */
  void awaitText(String selector, String part) {
    until(() -> all(selector).stream().anyMatch(it -> it.getText().contains(part)), selector, part);
  }

  /** Waits until so many photos are in this state. */
  void awaitCards(String state, int count) {
    String selector = ".card[data-state=%s]".formatted(state);
    until(() -> all(selector).size() == count, selector, "" + count);
  }

  /** Waits for a condition. */
  void until(Condition condition, String... what) {
    WebDriverWait wait = new WebDriverWait(browser, PATIENCE);
    var unused =
        wait.withMessage(() -> String.join(" ", what) + " in:\n" + text("body"))
            .ignoring(StaleElementReferenceException.class)
            .until(driver -> condition.holds());
  }

  /** Holds, or not yet. */
  interface Condition {
    boolean holds();
  }

  /** The value of a JavaScript expression. */
  Object evaluate(String expression, Object... arguments) {
    return browser.executeScript("return " + expression, arguments);
  }

  /** The value that a promise of JavaScript resolves to. */
  Object await(String promise) {
    String script =
        "const done = arguments[arguments.length - 1]; (%s).then(done, e => done('' + e))";
    return browser.executeAsyncScript(script.formatted(promise));
  }

  /** The id of the element that has the focus, or its text. */
  String focused() {
    WebElement element = browser.switchTo().activeElement();
    String id = Objects.toString(element.getDomAttribute("id"), "");
    return id.isEmpty() ? element.getText() : id;
  }

  /** Fails when axe finds a barrier that is serious or critical. */
  void assertAccessible(String what) {
    if (evaluate("typeof axe").equals("undefined")) {
      browser.executeScript(AXE);
    }
    Object found =
        await(
            """
            axe.run().then(results => JSON.stringify(results.passes.length < 20
              ? 'only ' + results.passes.length + ' rules were checked'
              : results.violations
                .filter(it => it.impact === 'serious' || it.impact === 'critical')
                .map(it => [it.id, it.help, ...it.nodes.map(node => node.html)])))""");
    assertThat(found).as(what).isEqualTo("[]");
  }

  /** Fails when the browser has reported an error that is not of a call that was to fail. */
  void assertNoErrors() {
    List<String> errors =
        browser.manage().logs().get(LogType.BROWSER).getAll().stream()
            .map(Object::toString)
            .filter(line -> !line.contains("Failed to load resource"))
            .toList();
    assertThat(errors).isEmpty();
  }
}
