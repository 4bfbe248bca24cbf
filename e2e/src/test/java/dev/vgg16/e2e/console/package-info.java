/**
 * Tests of the console in a real browser: {@code ConsolePageIT} and others with a stub in place of
 * the service, for what a service rarely does, and {@code ConsoleIT} with the real ones.
 */
package dev.vgg16.e2e.console;
