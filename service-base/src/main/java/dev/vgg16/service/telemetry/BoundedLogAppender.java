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
 * Passes log events to a writing thread without blocking: a log that is not read must not block a
 * service. Events that find the queue full are dropped and counted; once the log is read again, a
 * line reports their number.
 */
public final class BoundedLogAppender extends AsyncAppender {

  @GuardedBy("this")
  private long dropped;

  @GuardedBy("this")
  private long reported;

  @GuardedBy("this")
  private long denied;

  /** Created by Logback, from logback.xml. */
  public BoundedLogAppender() {
    setNeverBlock(true);
  }

  /** Events that were dropped since the start, because the queue was full or by a filter. */
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
   * The lock makes the count exact: only the writing thread removes from the queue, so that free
   * capacity stays free.
   */
  @Override
  protected synchronized void append(ILoggingEvent event) {
    int free = getRemainingCapacity();
    // The last capacity is reserved for warnings and errors.
    if (free == 0 || (isDiscardable(event) && free < getDiscardingThreshold())) {
      dropped++;
    } else {
      super.append(event);
    }
  }

  /** The writing thread could not know the span. */
  @Override
  protected void preprocess(ILoggingEvent event) {
    SpanFields.capture(event);
    super.preprocess(event);
  }

  @Override
  public void addAppender(Appender<ILoggingEvent> out) {
    super.addAppender(new ReportingAppender(out));
  }

  /** Returns the drops that are not reported yet, and marks them as reported. */
  private synchronized long takeUnreported() {
    long unreported = dropped - reported;
    reported = dropped;
    return unreported;
  }

  /** Writes events and, once the queue is empty, the number of dropped ones. */
  private final class ReportingAppender extends AppenderBase<ILoggingEvent> {
    private final Appender<ILoggingEvent> out;

    ReportingAppender(Appender<ILoggingEvent> out) {
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
