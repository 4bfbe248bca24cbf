package dev.vgg16.cli.connection;

import picocli.CommandLine.Option;

/** A mixin: stack traces. {@code CommandLines} reads the option. */
public final class DebugOption {

  @Option(names = "--debug", description = "Show the stack trace of an error.")
  @SuppressWarnings("UnusedVariable") // read by CommandLines
  private boolean debug;
}
