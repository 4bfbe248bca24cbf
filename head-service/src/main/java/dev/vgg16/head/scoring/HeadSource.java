package dev.vgg16.head.scoring;

import static com.google.common.base.Preconditions.checkState;

import dev.vgg16.service.errors.ServingException;

/** Where a request gets its heads. */
@FunctionalInterface
public interface HeadSource {

  /**
   * A head, retained: it stays loaded until the caller releases it.
   *
   * @param id "name", "name@version" or "" for the default head
   * @throws ServingException {@code NOT_FOUND}; the message says what there is
   */
  Head acquire(String id);

  /** Retains a head, for a source that always returns the same one. */
  static Head retained(Head head) {
    checkState(head.retain(), "the head is unloaded");
    return head;
  }
}
