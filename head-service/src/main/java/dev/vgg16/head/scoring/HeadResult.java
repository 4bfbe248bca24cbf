package dev.vgg16.head.scoring;

import java.util.Arrays;
import java.util.List;

/** What one head made of the maps of a batch that it was to score. */
public sealed interface HeadResult {

  /** The head ran; a map may have failed all the same. */
  final class Scored implements HeadResult {

    private final HeadManifest head;
    private final int[] maps;
    private final List<MapResult> results;

    /**
     * @param maps the maps that it scored, ascending
     * @param results one for each of them
     */
    Scored(HeadManifest head, int[] maps, List<MapResult> results) {
      this.head = head;
      this.maps = maps;
      this.results = List.copyOf(results);
    }

    public HeadManifest head() {
      return head;
    }

    /** Of all maps that it scored, in their order. */
    public List<MapResult> results() {
      return results;
    }

    /** Whether it was to score this map. */
    public boolean has(int map) {
      return Arrays.binarySearch(maps, map) >= 0;
    }

    /**
     * The result of one of the maps that it scored.
     *
     * @param map its index in the batch
     */
    public MapResult of(int map) {
      return results.get(Arrays.binarySearch(maps, map));
    }
  }

  /** The head scored none of the maps. */
  record Failed(Exception cause) implements HeadResult {}
}
