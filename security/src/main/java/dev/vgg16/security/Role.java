package dev.vgg16.security;

/** The permissions of a token. */
public enum Role {
  /** To call the services of feature maps and scores. */
  CALL,
  /** Also to load and unload heads. */
  ADMIN;

  boolean includes(Role other) {
    return compareTo(other) >= 0;
  }
}
