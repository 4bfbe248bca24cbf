/** {@code vgg16 health}: start with {@link dev.vgg16.cli.health.HealthCommand}. */
@NullMarked
package dev.vgg16.cli.health;

import org.jspecify.annotations.NullMarked;
