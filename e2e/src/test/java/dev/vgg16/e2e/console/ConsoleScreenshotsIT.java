package dev.vgg16.e2e.console;

import dev.vgg16.e2e.Photos;
import dev.vgg16.e2e.Services;
import dev.vgg16.v1.ClassifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openqa.selenium.chrome.ChromeDriver;

/** Pictures of the console, into the folder that {@code -Dconsole.screenshots} names. */
@Timeout(600)
@EnabledIfSystemProperty(named = "console.screenshots", matches = ".+")
class ConsoleScreenshotsIT {

  private static final Path FOLDER = Path.of(System.getProperty("console.screenshots", "target"));

  /** Answers of GET /v1/load in the picture, two seconds apart. */
  private static final int POINTS = 20;

  private final AtomicBoolean loading = new AtomicBoolean(true);
  private Services services;
  private ChromeDriver browser;
  private Thread load;
  private String url;

  @BeforeEach
  void start() throws Exception {
    int port = Services.freePorts(1)[0];
    url = "http://localhost:" + port + "/";
    services = Services.startWith(List.of("--drift-sample", "1"), "--http-port", "" + port);
    browser = Browser.open();
    load = new Thread(this::classify);
    load.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    loading.set(false);
    load.join();
    browser.quit();
    services.close();
  }

  /** So that there is something to see: more and less, again and again. */
  private void classify() {
    try {
      List<ClassifyRequest> requests =
          Photos.all().stream().map(ConsoleScreenshotsIT::request).toList();
      for (int i = 0; loading.get(); i++) {
        var unused = services.features().classify(requests.get(i % requests.size()));
        Thread.sleep((long) (60 + 50 * Math.sin(i / 40.0)));
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ClassifyRequest request(Path photo) {
    try {
      return Photos.classify(Photos.bytes(photo));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void takePictures() throws IOException {
    take("light", 1280, 1090);
    take("dark", 1280, 1090);
    take("phone", 360, 1280);
  }

  private void take(String name, int width, int height) throws IOException {
    Browser.prefer(browser, "prefers-color-scheme", name.equals("dark") ? "dark" : "light");
    Browser.resize(browser, width, height);
    var unused = browser.executeCdpCommand("Emulation.setScrollbarsHidden", Map.of("hidden", true));
    ConsolePage page = ConsolePage.open(browser, url);
    addPhotos(page, name.equals("phone") ? List.of("cat-chelsea.jpg") : SAMPLES);
    page.until(() -> points(page) >= (name.equals("light") ? POINTS : 3), "points of the chart");
    browser.executeScript("document.activeElement.blur()");
    Files.write(FOLDER.resolve("console-" + name + ".webp"), webp());
  }

  private byte[] webp() {
    Map<String, Object> options = Map.of("format", "webp", "quality", 82);
    Map<String, Object> picture = browser.executeCdpCommand("Page.captureScreenshot", options);
    return Base64.getDecoder().decode((String) picture.get("data"));
  }

  private static final List<String> SAMPLES =
      List.of("drawing.png", "dog-shepherd.jpg", "cat-tortoiseshell.jpg", "cat-chelsea.jpg");

  private static void addPhotos(ConsolePage page, List<String> samples) {
    for (int i = 0; i < samples.size(); i++) {
      page.clickSample(samples.get(i));
      page.awaitCards("done", i + 1);
    }
  }

  private static long points(ConsolePage page) {
    return (Long)
        page.evaluate(
            "(document.querySelector('#load-chart polyline')?.getAttribute('points') ?? '')"
                + ".split(' ').length");
  }
}
