/**
 * TLS and token authentication: {@link dev.vgg16.security.ServerSecurity} of a server, {@link
 * dev.vgg16.security.ClientSecurity} of a client. Certificates, keys and tokens are read from
 * files, and again when the files change ({@link dev.vgg16.security.FileReloader}); open
 * connections are kept.
 */
@NullMarked
package dev.vgg16.security;

import org.jspecify.annotations.NullMarked;
