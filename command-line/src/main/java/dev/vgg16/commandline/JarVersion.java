package dev.vgg16.commandline;

import picocli.CommandLine.IVersionProvider;

/** The version of a program, from its jar's manifest. */
public abstract class JarVersion implements IVersionProvider {

  private final String program;
  private final Class<?> inJar;

  /**
   * @param inJar any class of the program's jar
   */
  protected JarVersion(String program, Class<?> inJar) {
    this.program = program;
    this.inJar = inJar;
  }

  @Override
  public String[] getVersion() {
    String version = inJar.getPackage().getImplementationVersion();
    return new String[] {program + " " + (version == null ? "(development build)" : version)};
  }
}
