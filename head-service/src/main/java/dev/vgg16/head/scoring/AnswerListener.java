package dev.vgg16.head.scoring;

/** Receives what versions of heads answered. */
@FunctionalInterface
public interface AnswerListener {

  /** Ignores everything. */
  AnswerListener NONE = (route, head, batch, maps, result, repeatable) -> () -> {};

  /**
   * A version scored maps, and its scores are about to be sent.
   *
   * @param route by which the maps came to it
   * @param head loaded until this returns
   * @param batch not to be read after this call
   * @param maps the indices of those that it scored, ascending
   * @param repeatable whether other versions may score them too; not those of an explanation, which
   *     takes many times as long
   * @return what is to be done once the answer is sent
   */
  Runnable answered(
      HeadRoute route,
      Head head,
      MapBatch batch,
      int[] maps,
      HeadResult.Scored result,
      boolean repeatable);
}
