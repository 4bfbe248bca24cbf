package dev.vgg16.cli.heads;

/**
 * A head as it is named on the command line.
 *
 * @param version empty when none is given
 */
record HeadId(String name, String version) {

  /** From {@code name} or {@code name@version}. */
  static HeadId parse(String id) {
    int at = id.indexOf('@');
    return at < 0 ? new HeadId(id, "") : new HeadId(id.substring(0, at), id.substring(at + 1));
  }
}
