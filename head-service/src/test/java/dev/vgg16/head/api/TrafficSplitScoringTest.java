package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.rpc.Status;
import dev.vgg16.head.registry.HeadRegistry;
import dev.vgg16.head.scoring.BatchScorer;
import dev.vgg16.head.scoring.Head;
import dev.vgg16.head.scoring.HeadRoute;
import dev.vgg16.head.scoring.HeadSource;
import dev.vgg16.head.scoring.MapBatch;
import dev.vgg16.head.scoring.MapBytes;
import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.release.TrafficShare;
import dev.vgg16.release.TrafficSplit;
import dev.vgg16.v1.FeatureMaps;
import dev.vgg16.v1.HeadScores;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import dev.vgg16.v1.ScoreResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Half of what "three" is asked for is answered by version 2, the rest by version 10. */
class TrafficSplitScoringTest {

  private static final int[] SEEDS = {1, 2, 3, 4, 5, 6, 7, 8};

  private final HeadRegistry heads = TinyHeads.load();
  private final TrafficSplit split = new TrafficSplit("three", List.of(new TrafficShare(2, 5_000)));
  private final List<String> runs = Collections.synchronizedList(new ArrayList<>());
  private final BatchScorer batches =
      new BatchScorer((head, maps, nanos) -> runs.add(head.id() + " x" + maps), 8);
  private final ScoreRequests requests = new ScoreRequests(8);
  private final RequestScorer scorer = new RequestScorer(source(), batches);

  private HeadSource source() {
    Head stable = heads.find("three@10");
    Head canary = heads.find("three@2");
    HeadRoute three = HeadRoute.byName(stable, Optional.of(split), List.of(canary), List.of());
    return id -> {
      HeadRoute route = id.equals("three") ? three : HeadRoute.named(heads.find(id));
      assertThat(route.retain()).isTrue();
      return route;
    };
  }

  @AfterEach
  void close() {
    batches.close();
    heads.close();
  }

  private ScoreResponse score(FeatureMaps maps, List<Long> keys, MapSelection... selections) {
    ScoreRequest request =
        ScoreRequest.newBuilder()
            .setMaps(maps)
            .addAllSelections(List.of(selections))
            .addAllRoutingKeys(keys)
            .build();
    MapBatch batch = requests.maps(request, MapBytes.of(maps.getData()));
    return scorer
        .score(batch, requests.selections(request), requests.keys(request, batch))
        .response();
  }

  private static MapSelection select(String... ids) {
    return MapSelection.newBuilder().addAllHeads(List.of(ids)).build();
  }

  private static List<Long> keys() {
    return LongStream.rangeClosed(1, SEEDS.length).boxed().toList();
  }

  private String expected(long key) {
    return split.shareOf(key) == 0 ? "2" : "10";
  }

  @Test
  void theKeyDecidesAndTheAnswerSaysSo() {
    ScoreResponse response = score(TinyHeads.maps(SEEDS), keys(), select("three", "two"));
    for (int map = 0; map < SEEDS.length; map++) {
      HeadScores scores = response.getMaps(map).getScores().getHeads(0);
      String version = expected(keys().get(map));
      assertThat(scores.getVersion()).isEqualTo(version);
      assertThat(scores.getByTrafficSplit()).isEqualTo(version.equals("2"));
      double[] all = TinyHeads.expected(SEEDS[map], 3, version.equals("2") ? 0.5 : 1.0);
      assertThat(scores.getScoresList())
          .allSatisfy(
              score ->
                  assertThat((double) score.getScore())
                      .isCloseTo(all[score.getIndex()], within(1e-4)));
      HeadScores other = response.getMaps(map).getScores().getHeads(1);
      assertThat(other.getHead()).isEqualTo("two");
      assertThat(other.getByTrafficSplit()).isFalse();
    }
    // Each version ran once, over its maps.
    assertThat(runs).hasSize(3).doesNotHaveDuplicates();
  }

  /** The same map gets the same version, whatever it travels with. */
  @Test
  void withoutKeysTheMapsDecide() {
    ScoreResponse all = score(TinyHeads.maps(SEEDS), List.of(), select("three"));
    for (int map = 0; map < SEEDS.length; map++) {
      ScoreResponse one = score(TinyHeads.maps(SEEDS[map]), List.of(), select("three"));
      assertThat(one.getMaps(0)).isEqualTo(all.getMaps(map));
    }
    assertThat(all.getMapsList())
        .extracting(scores -> scores.getScores().getHeads(0).getVersion())
        .contains("2", "10");
  }

  @Test
  void aWrongNumberOfKeysIsRefused() {
    assertThatThrownBy(() -> score(TinyHeads.maps(1, 2), List.of(7L), select("three")))
        .hasMessage("has 1 entries for 2 maps; it must have none, or one for each map");
  }

  /** Of another backbone: each version fails, and the request with the first one's error. */
  @Test
  void whenAllVersionsFailSoDoesTheRequest() {
    FeatureMaps foreign = TinyHeads.maps(SEEDS).toBuilder().setBackbone("other").build();
    assertThatThrownBy(() -> score(foreign, keys(), select("three")))
        .hasMessageContaining("was made for the maps of backbone tiny");
    ScoreResponse mixed =
        score(
            foreign, keys(), Collections.nCopies(8, select("three")).toArray(MapSelection[]::new));
    assertThat(mixed.getMapsList())
        .extracting(map -> map.getError().getMessage())
        .allSatisfy(message -> assertThat(message).contains("the head three@"));
    Status first = mixed.getMaps(0).getError();
    assertThat(first.getMessage()).contains("three@" + expected(1));
  }
}
