/** Failures in the words of the domain: {@link dev.vgg16.serving.fault.ServingException}. */
package dev.vgg16.serving.fault;
