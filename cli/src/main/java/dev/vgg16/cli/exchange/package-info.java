/**
 * Sending many files on one stream: {@link dev.vgg16.cli.exchange.Exchange} does, and gives an
 * {@link dev.vgg16.cli.exchange.Outcome} for each.
 */
package dev.vgg16.cli.exchange;
