package dev.vgg16.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.e2e.Program;
import dev.vgg16.e2e.console.ServiceStub.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What the page shows and sends, with every answer that a service may give. */
@Timeout(300)
class ConsolePageIT {

  private static final Path SAMPLES = Program.ROOT.resolve("samples");
  private static final Path CAT = SAMPLES.resolve("cat-chelsea.png");
  private static final Path DOG = SAMPLES.resolve("dog-forest.jpg");

  @RegisterExtension static final StubbedConsole console = new StubbedConsole();

  @TempDir private Path folder;

  @Test
  void aPhotoHasItsScoresHeatMapAndNovelty() {
    ConsolePage page = console.open();
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(page.text(".card h3")).isEqualTo("cat-chelsea.png");
    assertThat(page.text(".scores caption")).isEqualTo("cats-vs-dogs@2");
    assertThat(page.text(".scores tbody")).contains("cat\n99.8%", "dog\n0.2%");
    assertThat(page.text(".novelty")).contains("Like the photos this head was trained on");
    assertThat(page.text(".timing"))
        .isEqualTo("11 ms in the service: waiting 0.4, decoding 1.2, backbone 8.3, heads 0.6");
    assertThat(page.one(".heat").getDomAttribute("aria-label"))
        .isEqualTo("Heat map of cats-vs-dogs@2: cat, most of all in the upper right");
    page.until(
        () ->
            page.evaluate("document.getElementById('announcer').textContent")
                .equals("cat-chelsea.png: cat, 99.8%, by cats-vs-dogs@2."),
        "announcer");
    ServiceStub.Call call = console.service().calls("/v1/classify").get(0);
    assertThat(call.values("head")).containsExactly("cats-vs-dogs@2");
    assertThat(call.values("explain")).containsExactly("");
    assertThat(call.values("novelty")).containsExactly("true");
    assertThat(call.values("top_k")).containsExactly("5");
    assertThat(call.body().size()).isEqualTo((int) CAT.toFile().length());
    page.assertNoErrors();
  }

  @Test
  void anUnfamiliarPhotoIsSaidToBe() {
    console.service().answer("/v1/classify", Answer.of(Answers.DOG));
    ConsolePage page = console.open();
    page.choose(DOG);
    page.awaitText(".novelty.novel", "Unlike the photos this head was trained on");
  }

  @Test
  void headsAndVersionsAreChosen() {
    ConsolePage page = console.open();
    page.choose(CAT);
    page.awaitCards("done", 1);
    page.click("#heads input[value='cats-vs-dogs@1']");
    page.click("#heads input[value='pets@1']");
    page.until(() -> lastCall().values("head").size() == 3);
    assertThat(lastCall().values("head"))
        .containsExactly("cats-vs-dogs@1", "cats-vs-dogs@2", "pets@1");
    assertThat(page.text("#explain-label")).contains("cat", "dog").doesNotContain("hamster");
    page.one("#explain-label").sendKeys("dog");
    page.until(() -> lastCall().values("explain").equals(List.of("dog")));
    page.click("#explain");
    page.until(() -> lastCall().values("explain").isEmpty());
    assertThat(page.one("#opacity-field").isDisplayed()).isFalse();
    page.awaitCards("done", 1);
  }

  /** It would answer with an error in place of its scores. */
  @Test
  void aHeadIsNotAskedForWhatItCantSay() {
    ConsolePage page = console.open();
    page.click("#heads input[value='shapes@1']");
    page.awaitText("#explain-hint", "Not asked, as shapes@1 can't say it.");
    page.awaitText("#novelty-hint", "Not asked, as shapes@1 can't say it.");
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(lastCall().values("explain")).isEmpty();
    assertThat(lastCall().values("novelty")).isEmpty();
    page.click("#heads input[value='shapes@1']");
    page.until(() -> lastCall().values("novelty").equals(List.of("true")));
    assertThat(page.one("#explain-hint").isDisplayed()).isFalse();
  }

  private ServiceStub.Call lastCall() {
    List<ServiceStub.Call> calls = console.service().calls("/v1/classify");
    return calls.get(calls.size() - 1);
  }

  @Test
  void theSliderFadesTheHeatMap() {
    ConsolePage page = console.open();
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(page.one(".heat").getCssValue("opacity")).isEqualTo("0.6");
    page.one("#opacity").sendKeys(Keys.HOME);
    page.until(() -> page.one(".heat").getCssValue("opacity").equals("0"));
    assertThat(page.text("#opacity-value")).isEqualTo("0%");
  }

  @Test
  void twoPhotosAreComparedSideBySide() {
    console
        .service()
        .answer(
            "/v1/classify",
            call ->
                Answer.of(call.body().size() == CAT.toFile().length() ? Answers.CAT : Answers.DOG));
    ConsolePage page = console.open();
    page.choose(CAT, DOG);
    page.awaitCards("done", 2);
    page.click("button[aria-label='Compare cat-chelsea.png']");
    assertThat(page.one("#comparison").isDisplayed()).isFalse();
    page.click("button[aria-label='Compare dog-forest.jpg']");
    page.until(() -> page.one("#comparison").isDisplayed());
    assertThat(page.text(".compared-scores thead")).contains("cat-chelsea.png", "dog-forest.jpg");
    assertThat(page.text(".compared-scores tbody")).contains("99.8%", "17.0%", "−82.8", "+82.8");
    page.assertAccessible("two photos side by side");
    page.click("button[aria-label='Compare dog-forest.jpg']");
    page.until(() -> !page.one("#comparison").isDisplayed());
  }

  @Test
  void aPhotoThatCantBeUsedSaysWhatWouldBeRight() {
    console
        .service()
        .answer(
            "/v1/classify",
            call ->
                call.body().size() == CAT.toFile().length()
                    ? Answer.of(Answers.CAT)
                    : Answer.problem(
                        400,
                        "INVALID_ARGUMENT",
                        "image.encoded is a GIF, which is not supported: send the bytes of a JPEG, PNG"
                            + " or WebP file"));
    ConsolePage page = console.open();
    page.choose(CAT, DOG);
    page.awaitCards("failed", 1);
    page.awaitCards("done", 1);
    assertThat(page.text(".problem"))
        .contains("The photo is a GIF, which is not supported: send the bytes of a JPEG, PNG");
    assertThat(page.all(".problem button")).as("asking again can't help").isEmpty();
  }

  @Test
  void aPhotoThatIsTooLargeIsNotSent() throws IOException {
    Path large = Files.write(folder.resolve("large.jpg"), new byte[250_000]);
    ConsolePage page = console.open();
    page.awaitText("#limits", "up to 195 KiB each");
    page.choose(large);
    page.awaitText(".problem", "It has 244 KiB; the service takes at most 195 KiB.");
    assertThat(console.service().calls("/v1/classify")).isEmpty();
  }

  @Test
  void aFullPageSaysSoUntilThereIsRoom() throws IOException {
    List<Path> photos = new ArrayList<>();
    for (int i = 0; i <= 60; i++) {
      photos.add(Files.writeString(folder.resolve(i + ".png"), "no photo"));
    }
    ConsolePage page = console.open();
    page.choose(photos.toArray(Path[]::new));
    page.awaitText("#notice", "The page holds 60 photos: remove some to add more.");
    page.awaitCards("done", 60);
    page.click("button[aria-label='Remove 59.png']");
    page.until(() -> !page.one("#notice").isDisplayed());
    page.click("#clear");
    page.awaitCards("done", 0);
  }

  /** Whoever names a head, a class or a file writes no markup into the page. */
  @Test
  void namesFromOutsideAreText() throws IOException {
    String attack = "<img src=x onerror=document.title='attacked'>";
    Path photo = Files.copy(CAT, folder.resolve(attack + ".png"));
    console
        .service()
        .answer(
            "/v1/heads",
            Answer.of(
                Answers.json(
                    Map.of(
                        "defaultHead",
                        attack,
                        "heads",
                        List.of(Answers.head(attack, attack, true, attack))))));
    console
        .service()
        .answer(
            "/v1/classify",
            call ->
                call.values("top_k").equals(List.of("7"))
                    ? Answer.problem(400, attack, attack)
                    : Answer.of(Answers.scores(attack, attack, Map.of(attack, 1.0), 0.5)));
    ConsolePage page = console.open();
    page.choose(photo, DOG);
    page.awaitCards("done", 2);
    page.all(".card button[aria-pressed]").forEach(WebElement::click);
    page.until(() -> page.one("#comparison").isDisplayed());
    assertThat(page.text("#comparison")).contains(attack);
    page.until(() -> page.text(".scores tbody").contains(attack));
    page.one("#top-k").sendKeys(Keys.chord(Keys.CONTROL, "a"), "7\t");
    page.awaitCards("failed", 2);
    assertThat(page.text(".problem")).contains(attack);
    assertThat(page.all("img[src='x']")).isEmpty();
    assertThat(console.browser().getTitle()).isEqualTo("VGG16 console");
    page.assertNoErrors();
  }

  @Test
  void nothingIsAskedOfAnotherHost() {
    ConsolePage page = console.open();
    page.clickSample("dog-shepherd.jpg");
    page.awaitCards("done", 1);
    Object elsewhere =
        page.evaluate(
            "performance.getEntriesByType('resource').map(it => it.name)"
                + ".filter(it => !it.startsWith(location.origin) && !it.startsWith('blob:'))");
    assertThat(elsewhere).isEqualTo(List.of());
    page.assertNoErrors();
  }

  @Test
  void droppedAndPastedPhotosAreTaken() {
    ConsolePage page = console.open();
    String transfer =
        "const data = new DataTransfer(); data.items.add(new File(['x'], '%s', {type: 'image/png'}));";
    console
        .browser()
        .executeScript(
            transfer.formatted("dropped.png")
                + "document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true,"
                + " cancelable: true}));");
    page.awaitText(".card h3", "dropped.png");
    console
        .browser()
        .executeScript(
            transfer.formatted("pasted.png")
                + "document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles:"
                + " true, cancelable: true}));");
    page.awaitText(".card h3", "pasted.png");
    page.awaitCards("done", 2);
    page.awaitText(".no-picture", "This browser can't show the file.");
  }

  @Test
  void itFitsAPhone() {
    ConsolePage page = console.open();
    Browser.resize(console.browser(), 360, 740);
    try {
      page.choose(CAT, DOG);
      page.awaitCards("done", 2);
      page.all(".card button[aria-pressed]").forEach(WebElement::click);
      page.until(() -> page.one("#comparison").isDisplayed());
      assertThat((Long) page.evaluate("document.documentElement.scrollWidth"))
          .isLessThanOrEqualTo(360);
      page.assertAccessible("a phone");
    } finally {
      Browser.resize(console.browser(), 1280, 1000);
    }
  }
}
