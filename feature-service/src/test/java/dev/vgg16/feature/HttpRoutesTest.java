package dev.vgg16.feature;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import com.google.common.util.concurrent.Futures;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.vgg16.feature.http.GrpcCalls;
import dev.vgg16.feature.http.Route;
import dev.vgg16.feature.http.StaticFile;
import dev.vgg16.v1.ListHeadsResponse;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HttpRoutesTest {

  private static final Set<String> UNDESCRIBED = Set.of("/v2/*");

  @Test
  void theDescriptionHasEachRouteWithItsMethod() throws Exception {
    JsonObject paths =
        JsonParser.parseString(
                Resources.toString(Resources.getResource(StaticFile.class, "openapi.json"), UTF_8))
            .getAsJsonObject()
            .getAsJsonObject("paths");
    Set<String> described = new TreeSet<>();
    for (String path : paths.keySet()) {
      for (String method : paths.getAsJsonObject(path).keySet()) {
        described.add(method.toUpperCase(Locale.ROOT) + " " + path);
      }
    }
    assertThat(described).isEqualTo(served());
  }

  @Test
  void theConsoleCanBeOff() {
    assertThat(routes(true)).extracting(Route::path).contains("/", "/js/*", "/v1/load");
    assertThat(routes(false))
        .extracting(Route::path)
        .contains("/v1/load")
        .doesNotContain("/", "/icon.svg", "/css/*", "/js/*", "/samples/*");
  }

  /** A browser that opens the page has no token yet. */
  @Test
  void thePageNeedsNoTokenAndItsCallsDo() {
    assertThat(routes(true))
        .filteredOn(route -> route.path().startsWith("/v1/"))
        .hasSize(4)
        .noneMatch(Route::open);
    assertThat(routes(true))
        .filteredOn(route -> List.of("/", "/js/*", "/css/*").contains(route.path()))
        .hasSize(3)
        .allMatch(Route::open);
  }

  private static List<Route> routes(boolean console) {
    return new HttpRoutes(
            new GrpcCalls(InProcessChannelBuilder.forName("nobody").build()),
            () -> true,
            () -> Futures.immediateFuture(ListHeadsResponse.getDefaultInstance()),
            () -> null,
            console)
        .all();
  }

  private static Set<String> served() {
    Set<String> served = new TreeSet<>();
    for (Route route : routes(false)) {
      if (!UNDESCRIBED.contains(route.path())) {
        route.methods().stream()
            .filter(method -> !method.equals("HEAD"))
            .forEach(method -> served.add(method + " " + route.path()));
      }
    }
    return served;
  }
}
