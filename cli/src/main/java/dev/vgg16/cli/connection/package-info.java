/** Options that several commands share: which service, how to reach it and how to send to it. */
package dev.vgg16.cli.connection;
