package dev.vgg16.head.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vgg16.head.scoring.TinyHeads;
import dev.vgg16.v1.MapSelection;
import dev.vgg16.v1.ScoreRequest;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class ScoreRequestsTest {

  private final ScoreRequests requests = new ScoreRequests(8);

  @Test
  void selectsTheDefaultHeadWhenNothingIsSelected() {
    assertThat(requests.selections(request())).containsExactly(MapSelection.getDefaultInstance());
  }

  @Test
  void acceptsOneSelectionForAllMapsOrOneForEach() {
    assertThat(requests.selections(request(heads(1)))).hasSize(1);
    assertThat(requests.selections(request(heads(1), heads(2), heads(0)))).hasSize(3);
    assertThatThrownBy(() -> requests.selections(request(heads(1), heads(2))))
        .hasMessageContaining("has 2 entries for 3 maps");
    assertThatThrownBy(() -> requests.selections(request(heads(1), heads(2), heads(3), heads(4))))
        .hasMessageContaining("has 4 entries for 3 maps");
  }

  private static ScoreRequest request(MapSelection... selections) {
    return ScoreRequest.newBuilder()
        .setMaps(TinyHeads.maps(1, 2, 3))
        .addAllSelections(java.util.List.of(selections))
        .build();
  }

  private static MapSelection heads(int count) {
    return MapSelection.newBuilder().addAllHeads(Collections.nCopies(count, "two")).build();
  }
}
