/**
 * Small clients of the services, each in one file: {@link dev.vgg16.examples.ClassifyPhoto} on
 * grpc-java and the contract alone, {@link dev.vgg16.examples.ClassifyPhotos} and {@link
 * dev.vgg16.examples.ClassifyPhotosAsync} on the client library.
 */
package dev.vgg16.examples;
