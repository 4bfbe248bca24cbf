/** {@code vgg16 health}: start with {@link dev.vgg16.cli.health.HealthCommand}. */
package dev.vgg16.cli.health;
