/**
 * Reaching the services: {@link dev.vgg16.cli.connection.Connection} is one service, its failures
 * are told in a line a person can act on ({@link dev.vgg16.cli.connection.ServiceFailure}).
 */
package dev.vgg16.cli.connection;
