package dev.vgg16.feature.http;

import com.google.gson.stream.MalformedJsonException;
import dev.vgg16.service.errors.ServingException;
import java.io.EOFException;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells what is wrong with JSON that Gson reads. */
public final class JsonErrors {

  private static final Pattern PLACE = Pattern.compile("at line \\d+ column \\d+ path \\S+");

  private JsonErrors() {}

  /** Reads a value. */
  public interface Reading<T> {
    T read() throws IOException;
  }

  /**
   * Reads.
   *
   * @throws ServingException when it is not JSON, or has a value of a wrong type; says where
   */
  public static <T> T told(Reading<T> reading) {
    try {
      return reading.read();
    } catch (MalformedJsonException | EOFException e) {
      throw ServingException.invalidInput("request", "is not JSON" + placeIn(e));
    } catch (IllegalStateException | NumberFormatException e) {
      throw ServingException.invalidInput("request", "has a value of a wrong type" + placeIn(e));
    } catch (IOException e) {
      throw ServingException.invalidInput("request", "can't be read: " + e.getMessage());
    }
  }

  /** Gson's text of where, such as {@code at line 1 column 11 path $.image}, without its advice. */
  private static String placeIn(Exception failure) {
    Matcher place = PLACE.matcher(String.valueOf(failure.getMessage()));
    return place.find() ? " " + place.group() : "";
  }
}
