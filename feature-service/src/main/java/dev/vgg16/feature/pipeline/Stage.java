package dev.vgg16.feature.pipeline;

/**
 * The stages of an image until its map is there, in order. One begins when the previous one ends.
 */
public enum Stage {
  /** Waits for a decoder, or for the map of another job with the same image. */
  QUEUE,
  /** Is decoded. */
  DECODE,
  /** Waits for a place in a batch, is resized into it, and waits for the batch's run. */
  BATCH,
  /** Its batch runs. */
  BACKBONE
}
