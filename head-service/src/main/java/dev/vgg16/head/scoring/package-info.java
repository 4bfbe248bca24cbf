/**
 * Scoring: {@link dev.vgg16.head.scoring.Head} is one loaded head, {@link
 * dev.vgg16.head.scoring.BatchScorer} scores batches of maps with heads. Knows no message of the
 * contract.
 */
@NullMarked
package dev.vgg16.head.scoring;

import org.jspecify.annotations.NullMarked;
