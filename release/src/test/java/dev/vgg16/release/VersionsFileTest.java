package dev.vgg16.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionsFileTest {

  private static final String ALL =
      """
      {"default": 3,
       "labels": {"canary": 4, "breeds": 2},
       "traffic": [{"version": 4, "percent": 5}, {"version": 6, "percent": 0.25}],
       "shadow": [5]}
      """;

  private static Release parse(String text) throws InvalidReleaseException {
    return VersionsFile.parse(json(text));
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @Test
  void readsWhatItWrites() throws InvalidReleaseException {
    Release release = parse(ALL);
    assertThat(release.describe())
        .isEqualTo("default 3, 5% to 4, 0.25% to 6, shadow 5, breeds = 2, canary = 4");
    assertThat(release.versions()).containsExactlyInAnyOrder(2, 3, 4, 5, 6);
    assertThat(VersionsFile.toJson(release)).isEqualTo(json(ALL));
    assertThat(parse(VersionsFile.toJson(release).toString())).isEqualTo(release);
  }

  @Test
  void everyKeyIsOptional() throws InvalidReleaseException {
    assertThat(parse("{}")).isEqualTo(Release.NONE);
    assertThat(Release.NONE.describe()).isEqualTo("default the highest");
    assertThat(VersionsFile.toJson(Release.NONE)).isEqualTo(new JsonObject());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'default': '1'}|default must be a version, an integer of at least 1",
        "{'default': 0}|default must be a version, an integer of at least 1",
        "{'default': 1.5}|default must be a version, an integer of at least 1",
        "{'default': 1e99}|default must be a version, an integer of at least 1",
        "{'default': null}|default must be a version, an integer of at least 1",
        "{'defualt': 1}|defualt is unknown; there are default, labels, traffic, shadow",
        "{'labels': []}|labels must be an object of versions by label, such as {\"canary\": 4}",
        "{'labels': {'stable': 1}}|labels must not have \"stable\", which means the default version",
        "{'labels': {'latest': 1}}|labels must not have \"latest\", which means the highest version",
        "{'labels': {'3': 1}}|labels must be names that match [a-z][a-z0-9-]{0,62}, not \"3\"",
        "{'labels': {'a': 'x'}}|labels.a must be a version, an integer of at least 1",
        "{'traffic': {}}|traffic must be a list",
        "{'traffic': [4]}|traffic[0] must be an object, such as {\"version\": 4, \"percent\": 5}",
        "{'traffic': [{'percent': 4}]}|traffic[0].version is missing",
        "{'traffic': [{'version': 4}]}|traffic[0].percent must be a number from 0 to 100",
        "{'traffic': [{'version': 4, 'weight': 4}]}|traffic[0].weight is unknown; there are version,"
            + " percent",
        "{'traffic': [{'version': 4, 'percent': -1}]}|traffic[0].percent must be a number from 0 to"
            + " 100 with at most two decimals, not -1",
        "{'traffic': [{'version': 4, 'percent': 100.01}]}|traffic[0].percent must be a number from 0"
            + " to 100 with at most two decimals, not 100.01",
        "{'traffic': [{'version': 4, 'percent': 0.001}]}|traffic[0].percent must be a number from 0"
            + " to 100 with at most two decimals, not 0.001",
        "{'traffic': [{'version': 4, 'percent': 1e-99999999}]}|traffic[0].percent must be a number"
            + " from 0 to 100",
        "{'traffic': [{'version': 4, 'percent': 1e-9}]}|traffic[0].percent must be a number from 0"
            + " to 100 with at most two decimals, not 1E-9",
        "{'traffic': [{'version': 4, 'percent': 60}, {'version': 5, 'percent': 40.5}]}|traffic must"
            + " be at most 100 percent together, and is 100.5",
        "{'traffic': [{'version': 4, 'percent': 1}, {'version': 4, 'percent': 1}]}|traffic[1].version"
            + " is 4, which is there already",
        "{'shadow': 5}|shadow must be a list",
        "{'shadow': [5, 5]}|shadow[1] is 5, which is there already",
        "{'shadow': [1,2,3,4,5,6,7,8,9]}|shadow has 9 entries; at most 8 are allowed",
      })
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> parse(text.replace('\'', '"')))
        .isInstanceOf(InvalidReleaseException.class)
        .hasMessage(message);
  }

  @Test
  void changesOneThingAtATime() throws InvalidReleaseException {
    Release release = parse(ALL);
    assertThat(release.withStable(4).describe())
        .isEqualTo("default 4, 0.25% to 6, shadow 5, breeds = 2, canary = 4");
    assertThat(release.withoutStable().describe()).startsWith("default the highest, 5% to 4");
    assertThat(release.withShare(new TrafficShare(4, 5_000)).describe())
        .startsWith("default 3, 50% to 4, 0.25% to 6");
    assertThat(release.withShare(new TrafficShare(7, 1)).describe())
        .startsWith("default 3, 5% to 4, 0.25% to 6, 0.01% to 7");
    assertThat(release.withShare(new TrafficShare(4, 0)).describe())
        .startsWith("default 3, 0.25% to 6");
    assertThat(release.withoutTraffic().describe()).startsWith("default 3, shadow 5");
    assertThat(release.withLabel("canary", 9).describe()).endsWith("breeds = 2, canary = 9");
    assertThat(release.withShadow(List.of()).describe()).doesNotContain("shadow");
  }
}
