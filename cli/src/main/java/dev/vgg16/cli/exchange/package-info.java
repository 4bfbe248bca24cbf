/**
 * Sending many files on one stream: {@link dev.vgg16.cli.exchange.StreamUploader} does, and gives
 * an {@link dev.vgg16.cli.exchange.UploadResult} for each.
 */
package dev.vgg16.cli.exchange;
