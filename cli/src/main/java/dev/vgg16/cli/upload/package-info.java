/**
 * What {@code classify} and {@code extract} share: {@link dev.vgg16.cli.upload.UploadArguments} are
 * the options, {@link dev.vgg16.cli.upload.UploadSession} sends them.
 */
@NullMarked
package dev.vgg16.cli.upload;

import org.jspecify.annotations.NullMarked;
