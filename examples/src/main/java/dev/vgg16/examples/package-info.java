/** Small clients of the services, each in one file, on grpc-java and the contract alone. */
package dev.vgg16.examples;
