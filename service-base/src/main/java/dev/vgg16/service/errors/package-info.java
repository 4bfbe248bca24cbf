/** Failures in the words of the domain: {@link dev.vgg16.service.errors.ServingException}. */
package dev.vgg16.service.errors;
