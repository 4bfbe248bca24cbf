package dev.vgg16.security;

/** What the owner of a token may do. */
public enum Role {
  /** Ask for maps and scores. */
  CALL,
  /** That, and load and unload heads. */
  ADMIN;

  boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
