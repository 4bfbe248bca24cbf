package dev.vgg16.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.vgg16.e2e.Photos;
import dev.vgg16.e2e.Services;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.chrome.ChromeDriver;

/** The console of the real services. */
@Timeout(300)
class ConsoleIT {

  /** So many maps are measured before there is a drift. */
  private static final int MAPS_FOR_DRIFT = 64;

  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  private static Services services;
  private static String url;

  @BeforeAll
  static void startServices() throws Exception {
    int port = Services.freePorts(1)[0];
    url = "http://localhost:" + port + "/";
    services = Services.startWith(List.of("--drift-sample", "1"), "--http-port", "" + port);
  }

  @AfterAll
  static void stopServices() {
    if (services != null) {
      services.close();
    }
  }

  private static HttpResponse<String> get(String at, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(at));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private static JsonObject load() throws Exception {
    return JsonParser.parseString(get(url + "v1/load").body()).getAsJsonObject();
  }

  /** An image may count for a moment after its answer has arrived. */
  private static JsonObject loadWhenNothingIsInFlight() throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    JsonObject load = load();
    while (load.get("inFlight").getAsInt() > 0 && System.nanoTime() < until) {
      Thread.onSpinWait();
      load = load();
    }
    assertThat(load.get("inFlight").getAsInt()).isZero();
    return load;
  }

  @Test
  void peopleClassifyPhotos(@TempDir Path folder) throws Exception {
    long failures = load().get("imagesFailed").getAsLong();
    ChromeDriver browser = Browser.open();
    try {
      ConsolePage page = ConsolePage.open(browser, url);
      page.clickSample("cat-chelsea.jpg");
      page.awaitCards("done", 1);
      assertThat(page.text(".scores .best")).startsWith("cat");
      assertThat(page.text(".novelty")).startsWith("Like the photos");
      assertThat(page.one(".heat").getDomAttribute("aria-label"))
          .startsWith("Heat map of cats-vs-dogs@1: cat, most of all in the ");
      page.clickSample("drawing.png");
      page.awaitText(".novelty.novel", "Unlike the photos this head was trained on");
      page.choose(Files.writeString(folder.resolve("photo.jpg"), "no photo"));
      page.awaitText(".problem", "The photo is not an image of a known format");
      assertThat(page.text(".problem")).contains("send the bytes of a JPEG, PNG or WebP file");
      page.awaitText("#load-heads", "1");
      page.until(() -> page.text("#load-rate .value").matches("[\\d.,]+"), "images a second");
      assertThat(page.text("#loaded")).contains("cats-vs-dogs", "of another backbone");
      page.assertAccessible("results of the real services");
      page.assertNoErrors();
      assertThat(load().get("imagesFailed").getAsLong()).isEqualTo(failures + 1);
    } finally {
      browser.quit();
    }
  }

  @Test
  void thePageShowsTheDriftOfAHead() throws Exception {
    JsonObject before = load();
    for (int i = 0; i < MAPS_FOR_DRIFT; i++) {
      assertThat(services.features().classify(Photos.classify(Photos.any())).getHeadsCount())
          .isEqualTo(1);
    }
    JsonObject after = loadWhenNothingIsInFlight();
    assertThat(difference(before, after, "imagesAnswered")).isGreaterThanOrEqualTo(MAPS_FOR_DRIFT);
    assertThat(difference(before, after, "batchedImages")).isGreaterThanOrEqualTo(MAPS_FOR_DRIFT);
    assertThat(difference(before, after, "batches")).isPositive();
    assertThat(sum(after.getAsJsonObject("latency").getAsJsonArray("counts")))
        .isEqualTo(after.get("imagesAnswered").getAsLong());
    assertThat(after.get("headReplicas").getAsInt()).isEqualTo(1);
    ChromeDriver browser = Browser.open();
    try {
      ConsolePage page = ConsolePage.open(browser, url);
      page.until(
          () -> page.text("#loaded").matches("(?s).*(none|some|far), [\\d.]+\\n.* measured.*"),
          "drift");
    } finally {
      browser.quit();
    }
  }

  private static long difference(JsonObject before, JsonObject after, String field) {
    return after.get(field).getAsLong() - before.get(field).getAsLong();
  }

  private static long sum(JsonArray counts) {
    long sum = 0;
    for (JsonElement count : counts) {
      sum += count.getAsLong();
    }
    return sum;
  }

  @Test
  void filesAreSentWithAPolicyAndOnceAlone() throws Exception {
    HttpResponse<String> page = get(url);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<title>VGG16 console</title>");
    assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(header(page, "Content-Security-Policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(page, "Referrer-Policy")).isEqualTo("no-referrer");
    assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
    for (String coding : List.of("identity", "gzip")) {
      HttpResponse<String> first = get(url + "js/main.js", "Accept-Encoding", coding);
      HttpResponse<String> again =
          get(
              url + "js/main.js",
              "Accept-Encoding",
              coding,
              "If-None-Match",
              header(first, "ETag"));
      assertThat(again.statusCode()).as(coding).isEqualTo(304);
      assertThat(again.body()).as(coding).isEmpty();
    }
    assertThat(get(url + "js/main.js", "If-None-Match", "\"other\"").statusCode()).isEqualTo(200);
    assertThat(get(url + "js/none.js").statusCode()).isEqualTo(404);
    assertThat(get(url + "none").statusCode()).isEqualTo(404);
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  @SuppressWarnings("try") // The services are used over HTTP alone.
  void callsNeedATokenAndThePageDoesNot(@TempDir Path folder) throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens"), "call " + TOKEN + "\n");
    int port = Services.freePorts(1)[0];
    String at = "http://localhost:" + port + "/";
    try (Services unused =
        Services.start("--http-port", "" + port, "--auth-tokens", tokens.toString())) {
      assertThat(get(at).statusCode()).isEqualTo(200);
      assertThat(get(at + "css/theme.css").statusCode()).isEqualTo(200);
      for (String path : List.of("v1/load", "v1/heads", "v1/backbone")) {
        assertThat(get(at + path).statusCode()).as(path).isEqualTo(401);
        assertThat(get(at + path, "Authorization", "Bearer " + TOKEN).statusCode())
            .as(path)
            .isEqualTo(200);
      }
    }
  }
}
