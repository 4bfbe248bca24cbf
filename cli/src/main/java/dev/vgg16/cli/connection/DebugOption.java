package dev.vgg16.cli.connection;

import picocli.CommandLine.Option;

/** A mixin: stack traces. The command line itself looks whether it was given. */
public final class DebugOption {

  @Option(names = "--debug", description = "Show the stack trace of an error.")
  @SuppressWarnings("UnusedVariable") // read by its name, see CommandLines
  private boolean debug;
}
