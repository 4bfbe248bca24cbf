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
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/** What the page shows and sends, with every answer that a service may give. */
@Timeout(300)
class ConsolePageIT {

  private static final Path SAMPLES = Program.ROOT.resolve("samples");
  private static final Path CAT = SAMPLES.resolve("cat-chelsea.png");
  private static final Path DOG = SAMPLES.resolve("dog-forest.jpg");

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
  void aPhotoHasItsScoresHeatMapAndNovelty() {
    ConsolePage page = open();
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
    ServiceStub.Call call = service.calls("/v1/classify").get(0);
    assertThat(call.values("head")).containsExactly("cats-vs-dogs@2");
    assertThat(call.values("explain")).containsExactly("");
    assertThat(call.values("novelty")).containsExactly("true");
    assertThat(call.values("top_k")).containsExactly("5");
    assertThat(call.body().size()).isEqualTo((int) CAT.toFile().length());
    page.assertNoErrors();
  }

  @Test
  void anUnfamiliarPhotoIsSaidToBe() {
    service.answer("/v1/classify", Answer.of(Answers.DOG));
    ConsolePage page = open();
    page.choose(DOG);
    page.awaitText(".novelty.novel", "Unlike the photos this head was trained on");
  }

  @Test
  void headsAndVersionsAreChosen() {
    ConsolePage page = open();
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
    ConsolePage page = open();
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
    List<ServiceStub.Call> calls = service.calls("/v1/classify");
    return calls.get(calls.size() - 1);
  }

  @Test
  void theSliderFadesTheHeatMap() {
    ConsolePage page = open();
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(page.one(".heat").getCssValue("opacity")).isEqualTo("0.6");
    page.one("#opacity").sendKeys(org.openqa.selenium.Keys.HOME);
    page.until(() -> page.one(".heat").getCssValue("opacity").equals("0"));
    assertThat(page.text("#opacity-value")).isEqualTo("0%");
  }

  @Test
  void twoPhotosAreComparedSideBySide() {
    service.answer(
        "/v1/classify",
        call -> Answer.of(call.body().size() == CAT.toFile().length() ? Answers.CAT : Answers.DOG));
    ConsolePage page = open();
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
    service.answer(
        "/v1/classify",
        call ->
            call.body().size() == CAT.toFile().length()
                ? Answer.of(Answers.CAT)
                : Answer.problem(
                    400,
                    "INVALID_ARGUMENT",
                    "image.encoded is a GIF, which is not supported: send the bytes of a JPEG, PNG"
                        + " or WebP file"));
    ConsolePage page = open();
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
    ConsolePage page = open();
    page.awaitText("#limits", "up to 195 KiB each");
    page.choose(large);
    page.awaitText(".problem", "It has 244 KiB; the service takes at most 195 KiB.");
    assertThat(service.calls("/v1/classify")).isEmpty();
  }

  @Test
  void aFullPageSaysSoUntilThereIsRoom() throws IOException {
    List<Path> photos = new ArrayList<>();
    for (int i = 0; i <= 60; i++) {
      photos.add(Files.writeString(folder.resolve(i + ".png"), "no photo"));
    }
    ConsolePage page = open();
    page.choose(photos.toArray(Path[]::new));
    page.awaitText("#notice", "The page holds 60 photos: remove some to add more.");
    page.awaitCards("done", 60);
    page.click("button[aria-label='Remove 59.png']");
    page.until(() -> !page.one("#notice").isDisplayed());
    page.click("#clear");
    page.awaitCards("done", 0);
  }

  @Test
  void aFullServiceIsAskedAgain() {
    service.answer("/v1/classify", Answer.problem(429, "RESOURCE_EXHAUSTED", "512 are waiting"));
    ConsolePage page = open();
    page.choose(CAT);
    page.awaitCards("retrying", 1);
    assertThat(page.text(".problem"))
        .contains("The service is full", "512 are waiting.", "3,600 s");
    service.answer("/v1/classify", Answer.of(Answers.CAT));
    page.button("Try again").click();
    page.awaitCards("done", 1);
  }

  @Test
  void itIsAskedAgainWithoutAnybodysHelp() {
    AtomicInteger refusals = new AtomicInteger(2);
    service.answer(
        "/v1/classify",
        call ->
            refusals.getAndDecrement() > 0
                ? new Answer(503, Answers.problem(503, "UNAVAILABLE", "no head replica"), Map.of())
                : Answer.of(Answers.CAT));
    ConsolePage page = open();
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(service.calls("/v1/classify")).hasSize(3);
  }

  @Test
  void aServiceThatIsAwayIsWaitedFor() throws IOException {
    ConsolePage page = open();
    service.goAway();
    page.choose(CAT);
    page.awaitCards("offline", 1);
    page.awaitText("#banner", "The service can't be reached");
    page.awaitText("#service", "Not reached");
    page.assertAccessible("a service that is away");
    service.comeBack();
    page.awaitCards("done", 1);
    page.awaitText("#service", "vgg16-160, int8 on openvino");
    assertThat(page.one("#banner").isDisplayed()).isFalse();
  }

  @Test
  void aTokenIsAskedForAndKept() {
    for (String path : List.of("/v1/backbone", "/v1/heads", "/v1/load", "/v1/classify")) {
      needToken(path);
    }
    ConsolePage page = open();
    assertThat(page.focused()).isEqualTo("token");
    page.assertAccessible("the dialog for the token");
    page.one("#token").sendKeys("wrong\n");
    page.awaitText("#token-title", "The token was refused");
    page.one("#token").sendKeys("secret\n");
    page.until(() -> !page.all("#heads input").isEmpty());
    page.choose(CAT);
    page.awaitCards("done", 1);
    assertThat(lastCall().token()).contains("Bearer secret");
    browser.navigate().refresh();
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

  private void needToken(String path) {
    String answer = path.equals("/v1/heads") ? Answers.HEADS : Answers.BACKBONE;
    String json = path.equals("/v1/classify") ? Answers.CAT : answer;
    service.answer(
        path,
        call ->
            call.token().equals(java.util.Optional.of("Bearer secret"))
                ? Answer.of(path.equals("/v1/load") ? Answers.load(1) : json)
                : Answer.problem(401, "UNAUTHENTICATED", "no token"));
  }

  /** Whoever names a head, a class or a file writes no markup into the page. */
  @Test
  void namesFromOutsideAreText() throws IOException {
    String attack = "<img src=x onerror=document.title='attacked'>";
    Path photo = Files.copy(CAT, folder.resolve(attack + ".png"));
    service.answer(
        "/v1/heads",
        Answer.of(
            Answers.json(
                Map.of(
                    "defaultHead",
                    attack,
                    "heads",
                    List.of(Answers.head(attack, attack, true, attack))))));
    service.answer(
        "/v1/classify",
        call ->
            call.values("top_k").equals(List.of("7"))
                ? Answer.problem(400, attack, attack)
                : Answer.of(Answers.scores(attack, attack, Map.of(attack, 1.0), 0.5)));
    ConsolePage page = open();
    page.choose(photo, DOG);
    page.awaitCards("done", 2);
    page.all(".card button[aria-pressed]").forEach(org.openqa.selenium.WebElement::click);
    page.until(() -> page.one("#comparison").isDisplayed());
    assertThat(page.text("#comparison")).contains(attack);
    page.until(() -> page.text(".scores tbody").contains(attack));
    page.one("#top-k")
        .sendKeys(org.openqa.selenium.Keys.chord(org.openqa.selenium.Keys.CONTROL, "a"), "7\t");
    page.awaitCards("failed", 2);
    assertThat(page.text(".problem")).contains(attack);
    assertThat(page.all("img[src='x']")).isEmpty();
    assertThat(browser.getTitle()).isEqualTo("VGG16 console");
    page.assertNoErrors();
  }

  @Test
  void nothingIsAskedOfAnotherHost() {
    ConsolePage page = open();
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
    ConsolePage page = open();
    String transfer =
        "const data = new DataTransfer(); data.items.add(new File(['x'], '%s', {type: 'image/png'}));";
    browser.executeScript(
        transfer.formatted("dropped.png")
            + "document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true,"
            + " cancelable: true}));");
    page.awaitText(".card h3", "dropped.png");
    browser.executeScript(
        transfer.formatted("pasted.png")
            + "document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles:"
            + " true, cancelable: true}));");
    page.awaitText(".card h3", "pasted.png");
    page.awaitCards("done", 2);
    page.awaitText(".no-picture", "This browser can't show the file.");
  }

  @Test
  void theLoadOfTheLastSecondsIsShown() {
    AtomicInteger images = new AtomicInteger();
    service.answer("/v1/load", call -> Answer.of(Answers.load(images.addAndGet(50))));
    ConsolePage page = open();
    page.awaitText("#load-p50", "15.0 ms".replace(".0", ""));
    page.awaitText("#load-queue", "3");
    page.awaitText("#load-batch", "2");
    page.awaitText("#load-heads", "2");
    page.awaitText("#load-runs", "int8");
    assertThat(page.one("#load-chart svg").getDomAttribute("aria-label"))
        .startsWith("Images a second over the last 2 minutes");
    service.answer("/v1/load", Answer.problem(404, "NOT_FOUND", ""));
    page.awaitText("#load-note", "The service does not tell it.");
  }

  @Test
  void quantilesAreThoseOfTheLastSeconds() {
    ConsolePage page = open();
    Object figures =
        page.await(
            """
            import('/js/load-window.js').then(({ LoadWindow, quantile }) => {
              const load = (instance, images, counts) => ({
                instance, imagesAnswered: images, imagesFailed: 0, batches: images / 2,
                batchedImages: images, latency: { bounds: [1, 2, 4], counts },
              });
              const window = new LoadWindow();
              const out = [window.figures];
              window.add(0, load('a', 1000, [1000, 0, 0, 0]));
              window.add(2, load('a', 1010, [1000, 10, 0, 0]));
              out.push(window.figures.perSecond, window.figures.p50, window.figures.batch);
              window.add(13, load('a', 1010, [1000, 10, 0, 0]));
              window.add(14, load('a', 1010, [1000, 10, 0, 0]));
              out.push(window.figures.perSecond, window.figures.p50);
              window.add(15, load('b', 4, [4, 0, 0, 0]));
              out.push(window.figures, window.instances);
              window.add(16, load('a', 1017, [1000, 17, 0, 0]));
              out.push(window.figures.perSecond, window.instances);
              window.add(100, load('a', 1016, [1000, 16, 0, 0]));
              out.push(window.instances);
              out.push(quantile([1, 2, 4], [0, 0, 0, 5], 0.99), quantile([1, 2, 4], [1, 1, 2, 0], 0.75));
              return JSON.stringify(out, (key, value) => value === undefined ? null : value);
            })""");
    assertThat(figures).isEqualTo("[null,5,1.5,2,0,null,null,1,0.5,2,1,4,3]");
  }

  @Test
  void theChartLeavesOutWhatIsNotKnown() {
    ConsolePage page = open();
    Object charts =
        page.await(
            """
            import('/js/chart.js').then(({ chart }) => [[undefined], [undefined, 3, 4], [3, undefined]]
              .map((values) => chart(values, 3, 120))
              .map((svg) => svg.querySelector('polyline').getAttribute('points') + ' '
                + svg.getAttribute('aria-label').split(': ')[1])
              .join('; '))""");
    assertThat(charts)
        .isEqualTo(
            " now not known; 300.0,28.5 600.0,8.0 now 4, at most 4;"
                + " 300.0,8.0 now not known, at most 3");
  }

  @Test
  void itFitsAPhone() {
    ConsolePage page = open();
    Browser.resize(browser, 360, 740);
    try {
      page.choose(CAT, DOG);
      page.awaitCards("done", 2);
      page.all(".card button[aria-pressed]").forEach(org.openqa.selenium.WebElement::click);
      page.until(() -> page.one("#comparison").isDisplayed());
      assertThat((Long) page.evaluate("document.documentElement.scrollWidth"))
          .isLessThanOrEqualTo(360);
      page.assertAccessible("a phone");
    } finally {
      Browser.resize(browser, 1280, 1000);
    }
  }
}
