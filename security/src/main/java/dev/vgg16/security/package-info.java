/**
 * Who may call, and who is called: {@link dev.vgg16.security.ServerSecurity} is what a server
 * needs, {@link dev.vgg16.security.ClientSecurity} what a client does. Both read certificates, keys
 * and tokens from files, and read them again when they change ({@link
 * dev.vgg16.security.FileReloader}); connections that are open stay so.
 */
@NullMarked
package dev.vgg16.security;

import org.jspecify.annotations.NullMarked;
