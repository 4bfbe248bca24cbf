package dev.vgg16.commandline;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The heading under which the help lists an option, or all options of a class. It changes the help
 * alone; picocli's {@code ArgGroup} has headings too, and lets an option be given twice.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.FIELD, ElementType.METHOD})
public @interface OptionHeading {

  /** Without a colon. */
  String value();
}
