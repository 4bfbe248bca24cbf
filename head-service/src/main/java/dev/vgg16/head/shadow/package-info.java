/**
 * Scores again, beside the answers: {@link dev.vgg16.head.shadow.ShadowScoring} lets versions in
 * the shadow score what others answered, and the default version what a share of its traffic went
 * to others with, and compares the classes.
 */
@NullMarked
package dev.vgg16.head.shadow;

import org.jspecify.annotations.NullMarked;
