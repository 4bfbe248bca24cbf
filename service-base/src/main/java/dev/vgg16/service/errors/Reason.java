package dev.vgg16.service.errors;

/** Why a request failed, where a program can do something about it. Travels by its name. */
public enum Reason {
  /** The maps were pooled, and a head needs whole ones. */
  WHOLE_MAPS_NEEDED,

  /**
   * The scores of all maps together are more than an answer holds; fewer maps at a time are not.
   */
  ANSWER_TOO_LARGE
}
