package dev.vgg16.inference.manifest;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.Reader;

/**
 * A strict JSON reader with a limit on the number of values: as a tree, a number of two bytes takes
 * fifty times as much memory.
 */
final class LimitedJsonReader extends JsonReader {

  /** The document has more values than the limit. */
  static final class TooManyValuesException extends IOException {
    TooManyValuesException() {
      super("it has too many values");
    }
  }

  private final int limit;
  private int values;

  /**
   * @param limit the most numbers, strings, lists and so on; names of fields count too
   */
  LimitedJsonReader(Reader in, int limit) {
    super(in);
    this.limit = limit;
    setStrictness(Strictness.STRICT);
  }

  @Override
  public void beginArray() throws IOException {
    count();
    super.beginArray();
  }

  @Override
  public void beginObject() throws IOException {
    count();
    super.beginObject();
  }

  @Override
  public String nextName() throws IOException {
    count();
    return super.nextName();
  }

  /** Also called for numbers. */
  @Override
  public String nextString() throws IOException {
    count();
    return super.nextString();
  }

  @Override
  public boolean nextBoolean() throws IOException {
    count();
    return super.nextBoolean();
  }

  @Override
  public void nextNull() throws IOException {
    count();
    super.nextNull();
  }

  private void count() throws IOException {
    values++;
    if (values > limit) {
      throw new TooManyValuesException();
    }
  }
}
