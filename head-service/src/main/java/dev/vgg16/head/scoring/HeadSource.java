package dev.vgg16.head.scoring;

import static com.google.common.base.Preconditions.checkState;

import dev.vgg16.service.errors.ServingException;

/** Where a request gets its heads. */
@FunctionalInterface
public interface HeadSource {

  /**
   * The versions that answer for an id, retained: they stay loaded until the caller releases them.
   *
   * @param id "name", "name@version", "name@label" or "" for the default head
   * @throws ServingException {@code NOT_FOUND}; the message says what there is
   */
  HeadRoute acquire(String id);

  /** Retains a head, for a source that always returns the same one. */
  static HeadRoute retained(Head head) {
    HeadRoute route = HeadRoute.named(head);
    checkState(route.retain(), "the head is unloaded");
    return route;
  }
}
