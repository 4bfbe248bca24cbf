package dev.vgg16.serving.batch;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what it hears. */
final class RecordingListener implements BatcherListener {

  final List<String> events = new CopyOnWriteArrayList<>();

  @Override
  public void refused(Refusal why) {
    events.add("refused " + why);
  }

  @Override
  public void abandoned() {
    events.add("abandoned");
  }

  @Override
  public void prepared(long nanos) {
    events.add("prepared");
  }

  @Override
  public void ran(int size, long nanos) {
    events.add("ran " + size);
  }
}
