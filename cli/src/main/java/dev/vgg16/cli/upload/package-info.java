/**
 * What {@code classify} and {@code extract} share: {@link dev.vgg16.cli.upload.UploadArguments}
 * says which files are sent where, {@link dev.vgg16.cli.upload.UploadSession} sends them.
 */
@NullMarked
package dev.vgg16.cli.upload;

import org.jspecify.annotations.NullMarked;
