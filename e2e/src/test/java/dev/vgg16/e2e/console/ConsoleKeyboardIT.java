package dev.vgg16.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.e2e.Program;
import dev.vgg16.e2e.console.ServiceStub.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openqa.selenium.Keys;

/** The page without a mouse, for a screen reader, and as people prefer it. */
@Timeout(300)
class ConsoleKeyboardIT {

  private static final Path CAT = Program.ROOT.resolve("samples/cat-chelsea.png");
  private static final Path DOG = Program.ROOT.resolve("samples/dog-forest.jpg");

  @RegisterExtension static final StubbedConsole console = new StubbedConsole();

  private void press(CharSequence... keys) {
    console.browser().switchTo().activeElement().sendKeys(keys);
  }

  @Test
  void theTabKeyReachesEverythingInTheOrderOfThePage() {
    ConsolePage page = console.open();
    List<String> order = new ArrayList<>();
    for (String name = ""; !name.equals("top-k"); order.add(name)) {
      press(Keys.TAB);
      name = name(page);
    }
    assertThat(order)
        .containsExactly(
            "Skip to the results",
            "choose",
            "A ginger cat",
            "A tortoiseshell cat",
            "A kitten with yarn",
            "A German shepherd",
            "A drawing, unlike the training photos",
            "cats-vs-dogs@1",
            "cats-vs-dogs@2",
            "pets@1",
            "shapes@1",
            "explain",
            "explain-label",
            "novelty",
            "top-k");
  }

  private static String name(ConsolePage page) {
    return (String)
        page.evaluate(
            "(e => e.id || e.querySelector('img')?.alt || e.value || e.textContent)"
                + "(document.activeElement)");
  }

  @Test
  void aSampleIsClassifiedAndRemovedWithoutAMouse() {
    ConsolePage page = console.open();
    page.choose(DOG);
    page.awaitCards("done", 1);
    console.browser().executeScript("document.querySelector('#samples button').focus()");
    press(Keys.ENTER);
    page.awaitCards("done", 2);
    console
        .browser()
        .executeScript("document.querySelector('[aria-label=\"Remove cat-chelsea.jpg\"]').focus()");
    press(Keys.ENTER);
    page.awaitCards("done", 1);
    assertThat(page.evaluate("document.activeElement.textContent")).isEqualTo("dog-forest.jpg");
    console
        .browser()
        .executeScript("document.querySelector('[aria-label=\"Remove dog-forest.jpg\"]').focus()");
    press(Keys.SPACE);
    page.awaitCards("done", 0);
    assertThat(page.focused()).isEqualTo("results");
  }

  @Test
  void theFocusStaysAtAPhotoThatIsTriedAgain() {
    console.service().answer("/v1/classify", Answer.problem(500, "INTERNAL", "a defect"));
    ConsolePage page = console.open();
    page.choose(CAT);
    page.awaitCards("failed", 1);
    console.service().answer("/v1/classify", Answer.of(Answers.CAT));
    console.browser().executeScript("document.querySelector('.problem button').focus()");
    press(Keys.ENTER);
    page.awaitCards("done", 1);
    assertThat(page.evaluate("document.activeElement.textContent")).isEqualTo("cat-chelsea.png");
  }

  @Test
  void aScreenReaderIsToldOfManyResultsInOneSentence() {
    CountDownLatch both = new CountDownLatch(2);
    console
        .service()
        .answer(
            "/v1/classify",
            call -> {
              both.countDown();
              awaitBoth(both);
              return call.body().size() == CAT.toFile().length()
                  ? Answer.of(Answers.CAT)
                  : Answer.problem(400, "INVALID_ARGUMENT", "image is damaged");
            });
    ConsolePage page = console.open();
    page.choose(CAT, DOG);
    page.until(
        () ->
            page.evaluate("document.getElementById('announcer').textContent")
                .equals("1 photo classified, 1 failed."));
    assertThat(page.one("#announcer").getAriaRole()).isEqualTo("status");
  }

  @Test
  void aScreenReaderDoesNotWaitForAPhotoThatIsSentAgainLater() {
    console
        .service()
        .answer(
            "/v1/classify",
            call ->
                call.body().size() == CAT.toFile().length()
                    ? Answer.of(Answers.CAT)
                    : Answer.problem(503, "UNAVAILABLE", "no head replica"));
    ConsolePage page = console.open();
    page.choose(CAT, DOG);
    page.until(
        () ->
            page.evaluate("document.getElementById('announcer').textContent")
                .equals("1 photo classified, 1 is sent again later."));
  }

  private static void awaitBoth(CountDownLatch both) {
    try {
      both.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void axeFindsNothingSeriousInLightAndDark() {
    console.service().answer("/v1/classify", Answer.of(Answers.DOG));
    for (String scheme : List.of("light", "dark")) {
      Browser.prefer(console.browser(), "prefers-color-scheme", scheme);
      ConsolePage page = console.open();
      page.assertAccessible("the empty page, " + scheme);
      page.choose(CAT);
      page.awaitCards("done", 1);
      page.awaitText("#load-queue", "3");
      page.assertAccessible("a result, " + scheme);
      console
          .service()
          .answer("/v1/classify", Answer.problem(400, "INVALID_ARGUMENT", "image is damaged"));
      page.choose(DOG);
      page.awaitCards("failed", 1);
      page.assertAccessible("a problem, " + scheme);
      console.service().answer("/v1/classify", Answer.of(Answers.DOG));
    }
    Browser.prefer(console.browser(), "prefers-color-scheme", "light");
  }

  @Test
  void nothingMovesForThosePeopleWhoPreferThat() {
    CountDownLatch never = new CountDownLatch(1);
    console
        .service()
        .answer(
            "/v1/classify",
            call -> {
              awaitBoth(never);
              return Answer.of(Answers.CAT);
            });
    assertThat(animationOfProgress("no-preference")).isEqualTo("turn");
    assertThat(animationOfProgress("reduce")).isEqualTo("none");
    never.countDown();
    Browser.prefer(console.browser(), "prefers-reduced-motion", "no-preference");
  }

  private Object animationOfProgress(String preference) {
    Browser.prefer(console.browser(), "prefers-reduced-motion", preference);
    ConsolePage page = console.open();
    page.choose(CAT);
    page.awaitCards("asking", 1);
    return page.evaluate(
        "getComputedStyle(document.querySelector('.progress'), '::before').animationName");
  }
}
