package dev.vgg16.release;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The content of a {@code versions.json} as JSON. */
public final class VersionsFile {

  /** Its name, in the folder of the head. */
  public static final String NAME = "versions.json";

  private static final String DEFAULT = "default";
  private static final String LABELS = "labels";
  private static final String TRAFFIC = "traffic";
  private static final String SHADOW = "shadow";
  private static final String VERSION = "version";
  private static final String PERCENT = "percent";

  private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final int MAX_LABELS = 256;
  private static final int MAX_SHARES = 64;

  /** Each of them scores whatever the name is asked for. */
  private static final int MAX_SHADOWS = 8;

  private static final int MAX_QUOTED = 100;
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int PERCENT_DECIMALS = 2;

  private VersionsFile() {}

  /**
   * Reads a release.
   *
   * @throws InvalidReleaseException names the field that is wrong
   */
  public static Release parse(JsonObject json) throws InvalidReleaseException {
    requireKeys("", json, ImmutableSet.of(DEFAULT, LABELS, TRAFFIC, SHADOW));
    return new Release(
        json.has(DEFAULT) ? Optional.of(version(DEFAULT, json.get(DEFAULT))) : Optional.empty(),
        labels(json.get(LABELS)),
        traffic(list(TRAFFIC, json.get(TRAFFIC), MAX_SHARES)),
        shadow(list(SHADOW, json.get(SHADOW), MAX_SHADOWS)));
  }

  /** What {@link #parse} reads. */
  public static JsonObject toJson(Release release) {
    JsonObject json = new JsonObject();
    release.stable().ifPresent(version -> json.addProperty(DEFAULT, version));
    if (!release.labels().isEmpty()) {
      JsonObject labels = new JsonObject();
      release.labels().forEach(labels::addProperty);
      json.add(LABELS, labels);
    }
    if (!release.traffic().isEmpty()) {
      JsonArray traffic = new JsonArray();
      for (TrafficShare share : release.traffic()) {
        JsonObject entry = new JsonObject();
        entry.addProperty(VERSION, share.version());
        entry.addProperty(PERCENT, share.percent());
        traffic.add(entry);
      }
      json.add(TRAFFIC, traffic);
    }
    if (!release.shadow().isEmpty()) {
      JsonArray shadow = new JsonArray();
      release.shadow().forEach(shadow::add);
      json.add(SHADOW, shadow);
    }
    return json;
  }

  /**
   * Checks that a text can be a label.
   *
   * @throws InvalidReleaseException when it can't
   */
  public static void requireLabel(String label) throws InvalidReleaseException {
    if (label.equals(Release.STABLE) || label.equals(Release.LATEST)) {
      throw new InvalidReleaseException(
          LABELS,
          "must not have \"%s\", which means the %s"
              .formatted(
                  label, label.equals(Release.STABLE) ? "default version" : "highest version"));
    }
    if (!LABEL.matcher(label).matches()) {
      throw new InvalidReleaseException(
          LABELS, "must be names that match %s, not %s".formatted(LABEL, quoted(label)));
    }
  }

  /**
   * The share of a version.
   *
   * @param field for the message of a failure
   * @throws InvalidReleaseException when the percentage can't be one
   */
  public static TrafficShare share(String field, int version, BigDecimal percent)
      throws InvalidReleaseException {
    boolean inRange = percent.signum() >= 0 && percent.compareTo(HUNDRED) <= 0;
    if (!inRange || percent.stripTrailingZeros().scale() > PERCENT_DECIMALS) {
      throw new InvalidReleaseException(
          field,
          "must be a number from 0 to 100 with at most two decimals, not "
              + shortened(percent.toString()));
    }
    return new TrafficShare(version, percent.movePointRight(PERCENT_DECIMALS).intValueExact());
  }

  /**
   * Checks that shares are not more than there is.
   *
   * @throws InvalidReleaseException when they are
   */
  public static void requireWhole(Iterable<TrafficShare> traffic) throws InvalidReleaseException {
    int sum = 0;
    for (TrafficShare share : traffic) {
      sum += share.buckets();
    }
    if (sum > TrafficSplit.BUCKETS) {
      throw new InvalidReleaseException(
          TRAFFIC,
          "must be at most 100 percent together, and is "
              + new TrafficShare(1, sum).percent().toPlainString());
    }
  }

  private static ImmutableSortedMap<String, Integer> labels(JsonElement json)
      throws InvalidReleaseException {
    if (json == null) {
      return ImmutableSortedMap.of();
    }
    if (!(json instanceof JsonObject object)) {
      throw new InvalidReleaseException(
          LABELS, "must be an object of versions by label, such as {\"canary\": 4}");
    }
    requireAtMost(LABELS, object.size(), MAX_LABELS);
    ImmutableSortedMap.Builder<String, Integer> labels = ImmutableSortedMap.naturalOrder();
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      requireLabel(entry.getKey());
      labels.put(entry.getKey(), version(LABELS + "." + entry.getKey(), entry.getValue()));
    }
    return labels.buildOrThrow();
  }

  private static ImmutableList<TrafficShare> traffic(JsonArray json)
      throws InvalidReleaseException {
    ImmutableList.Builder<TrafficShare> traffic = ImmutableList.builder();
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < json.size(); i++) {
      String field = "%s[%d]".formatted(TRAFFIC, i);
      TrafficShare share = share(field, json.get(i));
      requireOnce(seen, share.version(), field + "." + VERSION);
      traffic.add(share);
    }
    requireWhole(traffic.build());
    return traffic.build();
  }

  private static TrafficShare share(String field, JsonElement json) throws InvalidReleaseException {
    if (!(json instanceof JsonObject share)) {
      throw new InvalidReleaseException(
          field, "must be an object, such as {\"version\": 4, \"percent\": 5}");
    }
    requireKeys(field + ".", share, ImmutableSet.of(VERSION, PERCENT));
    int version = version(field + "." + VERSION, share.get(VERSION));
    String percentField = field + "." + PERCENT;
    if (!(share.get(PERCENT) instanceof JsonPrimitive percent) || !percent.isNumber()) {
      throw new InvalidReleaseException(percentField, "must be a number from 0 to 100");
    }
    return share(percentField, version, decimal(percentField, percent));
  }

  private static BigDecimal decimal(String field, JsonPrimitive number)
      throws InvalidReleaseException {
    try {
      return number.getAsBigDecimal();
    } catch (NumberFormatException e) {
      throw new InvalidReleaseException(field, "must be a number from 0 to 100");
    }
  }

  private static ImmutableSortedSet<Integer> shadow(JsonArray json) throws InvalidReleaseException {
    Set<Integer> shadow = new HashSet<>();
    for (int i = 0; i < json.size(); i++) {
      String field = "%s[%d]".formatted(SHADOW, i);
      requireOnce(shadow, version(field, json.get(i)), field);
    }
    return ImmutableSortedSet.copyOf(shadow);
  }

  private static void requireOnce(Set<Integer> seen, int version, String field)
      throws InvalidReleaseException {
    if (!seen.add(version)) {
      throw new InvalidReleaseException(field, "is %d, which is there already".formatted(version));
    }
  }

  private static int version(String field, JsonElement json) throws InvalidReleaseException {
    if (json instanceof JsonPrimitive number && number.isNumber()) {
      try {
        int version = number.getAsBigDecimal().intValueExact();
        if (version >= 1) {
          return version;
        }
      } catch (ArithmeticException | NumberFormatException e) {
        // Not a version: see below.
      }
    }
    throw new InvalidReleaseException(
        field, json == null ? "is missing" : "must be a version, an integer of at least 1");
  }

  private static JsonArray list(String field, JsonElement json, int most)
      throws InvalidReleaseException {
    if (json == null) {
      return new JsonArray();
    }
    if (!(json instanceof JsonArray list)) {
      throw new InvalidReleaseException(field, "must be a list");
    }
    requireAtMost(field, list.size(), most);
    return list;
  }

  private static void requireAtMost(String field, int size, int most)
      throws InvalidReleaseException {
    if (size > most) {
      throw new InvalidReleaseException(
          field, "has %,d entries; at most %,d are allowed".formatted(size, most));
    }
  }

  private static void requireKeys(String path, JsonObject json, ImmutableSet<String> known)
      throws InvalidReleaseException {
    for (String key : json.keySet()) {
      if (!known.contains(key)) {
        throw new InvalidReleaseException(
            path + shortened(key), "is unknown; there are " + String.join(", ", known));
      }
    }
  }

  private static String quoted(String text) {
    return shortened(new JsonPrimitive(text).toString());
  }

  private static String shortened(String text) {
    return text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "..." : text;
  }
}
