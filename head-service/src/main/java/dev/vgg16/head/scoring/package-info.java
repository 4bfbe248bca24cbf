/**
 * Scoring: {@link dev.vgg16.head.scoring.Head} is one loaded head, {@link
 * dev.vgg16.head.scoring.BatchScorer} scores a batch of maps with the heads that each map asks for.
 */
package dev.vgg16.head.scoring;
