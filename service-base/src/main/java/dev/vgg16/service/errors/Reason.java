package dev.vgg16.service.errors;

/** A failure's reason that clients can act on. Sent by its name. */
public enum Reason {
  /** The maps are pooled, and a head needs whole ones. */
  WHOLE_MAPS_NEEDED,

  /** The scores of all maps exceed the size of a response; fewer maps at a time would fit. */
  ANSWER_TOO_LARGE
}
