/** How a service process lives and ends: {@link dev.vgg16.serving.lifecycle.Lifecycle}. */
package dev.vgg16.serving.lifecycle;
