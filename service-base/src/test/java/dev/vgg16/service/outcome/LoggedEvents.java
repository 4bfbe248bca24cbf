package dev.vgg16.service.outcome;

import static java.util.stream.Collectors.toMap;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** The events of a class, from now until it is closed. */
public final class LoggedEvents extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Logger logger;
  private final BlockingQueue<ILoggingEvent> events = new LinkedBlockingQueue<>();

  public LoggedEvents(Class<?> of) {
    logger = (Logger) LoggerFactory.getLogger(of);
    setContext(logger.getLoggerContext());
    start();
    logger.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    events.add(event);
  }

  /** Waits for the next event. */
  public ILoggingEvent next() throws InterruptedException {
    ILoggingEvent event = events.poll(60, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("nothing was logged");
    }
    return event;
  }

  /** Those that were not taken by {@link #next}. */
  public List<ILoggingEvent> others() {
    return List.copyOf(events);
  }

  /** The fields of an event. */
  public static Map<String, Object> fields(ILoggingEvent event) {
    return event.getKeyValuePairs().stream().collect(toMap(pair -> pair.key, pair -> pair.value));
  }

  @Override
  public void close() {
    logger.detachAppender(this);
  }
}
