package dev.vgg16.service.telemetry;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.FilterReply;
import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Hands log events to a thread that writes them, and never waits for it: a log that nobody reads
 * must not hold up a service. What finds no place in the queue is dropped and counted; once the log
 * is read again, a line in it says how much is missing.
 */
public final class BoundedLogAppender extends AsyncAppender {

  @GuardedBy("this")
  private long dropped;

  @GuardedBy("this")
  private long reported;

  @GuardedBy("this")
  private long denied;

  /** Made by Logback, from logback.xml. */
  public BoundedLogAppender() {
    setNeverBlock(true);
  }

  /** Events that were dropped since the start, for lack of room or by a filter. */
  public synchronized long dropped() {
    return dropped + denied;
  }

  @Override
  public FilterReply getFilterChainDecision(ILoggingEvent event) {
    FilterReply reply = super.getFilterChainDecision(event);
    if (reply == FilterReply.DENY) {
      denied();
    }
    return reply;
  }

  private synchronized void denied() {
    denied++;
  }

  /**
   * The lock makes the count exact: only the writing thread takes from the queue, so that a place
   * that is free stays so.
   */
  @Override
  protected synchronized void append(ILoggingEvent event) {
    int free = getRemainingCapacity();
    // The last places are for warnings and errors.
    if (free == 0 || (isDiscardable(event) && free < getDiscardingThreshold())) {
      dropped++;
    } else {
      super.append(event);
    }
  }

  @Override
  public void addAppender(Appender<ILoggingEvent> out) {
    super.addAppender(new Reporting(out));
  }

  /** The drops that no line tells of yet, which counts as telling of them. */
  private synchronized long takeUnreported() {
    long unreported = dropped - reported;
    reported = dropped;
    return unreported;
  }

  /** Writes events and, once the queue is empty, how many were dropped meanwhile. */
  private final class Reporting extends AppenderBase<ILoggingEvent> {
    private final Appender<ILoggingEvent> out;

    Reporting(Appender<ILoggingEvent> out) {
      this.out = out;
      start();
    }

    @Override
    protected void append(ILoggingEvent event) {
      out.doAppend(event);
      if (getNumberOfElementsInQueue() == 0) {
        report();
      }
    }

    private void report() {
      long missing = takeUnreported();
      if (missing > 0) {
        out.doAppend(lineOf(missing));
      }
    }

    private ILoggingEvent lineOf(long missing) {
      LoggerContext context = (LoggerContext) BoundedLogAppender.this.getContext();
      return new LoggingEvent(
          BoundedLogAppender.class.getName(),
          context.getLogger(BoundedLogAppender.class),
          Level.WARN,
          "{} log lines were dropped, because the log was not read fast enough",
          null,
          new Object[] {missing});
    }

    @Override
    public void stop() {
      super.stop();
      report();
      out.stop();
    }
  }
}
