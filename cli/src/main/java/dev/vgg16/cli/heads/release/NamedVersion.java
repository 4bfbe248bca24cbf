package dev.vgg16.cli.heads.release;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of a head, as NAME@VERSION names it on the command line. */
record NamedVersion(String name, int version) {

  private static final String NAME = "[a-z0-9][a-z0-9._-]*";
  private static final Pattern VERSION = Pattern.compile("(%s)@([1-9][0-9]{0,8})".formatted(NAME));

  /**
   * @throws IllegalArgumentException when it is none
   */
  static NamedVersion parse(String id) {
    Matcher matcher = VERSION.matcher(id);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "name a head and a version, such as cats-vs-dogs@2, not '%s'".formatted(id));
    }
    return new NamedVersion(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }

  /**
   * @throws IllegalArgumentException when it can't be the name of a head
   */
  static String requireName(String name) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "name a head, such as cats-vs-dogs, not '%s'".formatted(name));
    }
    return name;
  }

  @Override
  public String toString() {
    return name + "@" + version;
  }
}
