package dev.vgg16.head.scoring;

import java.util.Optional;

/**
 * How requests name a head: {@code name} or {@code name@version}.
 *
 * @param version as text, since a request may name one that is no number; empty: the version that
 *     the name alone means
 */
public record HeadId(String name, Optional<String> version) {

  private static final char SEPARATOR = '@';

  public static HeadId of(String name) {
    return new HeadId(name, Optional.empty());
  }

  public static HeadId of(String name, int version) {
    return new HeadId(name, Optional.of(Integer.toString(version)));
  }

  public static HeadId parse(String id) {
    int at = id.indexOf(SEPARATOR);
    return at < 0 ? of(id) : new HeadId(id.substring(0, at), Optional.of(id.substring(at + 1)));
  }

  @Override
  public String toString() {
    return version.map(number -> name + SEPARATOR + number).orElse(name);
  }
}
