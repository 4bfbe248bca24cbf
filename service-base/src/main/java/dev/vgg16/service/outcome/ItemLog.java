package dev.vgg16.service.outcome;

import dev.vgg16.service.errors.OneLine;
import io.grpc.Status.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each failed item, in one line. */
public final class ItemLog implements ItemListener {

  private static final Logger logger = LoggerFactory.getLogger(ItemLog.class);

  private static final int MAX_ID = 64;

  private final ItemListener next;

  /**
   * @param next is notified too
   */
  public ItemLog(ItemListener next) {
    this.next = next;
  }

  @Override
  public void ended(String method, Code code, int count) {
    next.ended(method, code, count);
  }

  @Override
  public boolean wantsFailures() {
    return true;
  }

  @Override
  public void failed(Failure failure) {
    LogFields fields = new LogFields(logger);
    failure.origin().addTo(fields);
    fields.add("vgg16.item.status_code", failure.code().name());
    fields.add("vgg16.item.id", OneLine.truncated(failure.id(), MAX_ID));
    fields.add("error.message", OneLine.of(failure.message()));
    fields.log(line(failure));
    next.failed(failure);
  }

  static String line(Failure failure) {
    return OneLine.of(
        "%s of %s%s%s: %s %s"
            .formatted(
                failure.method(),
                failure.origin().peerText(),
                quoted("request", failure.origin().requestId()),
                quoted("item", OneLine.truncated(failure.id(), MAX_ID)),
                failure.code(),
                failure.message()));
  }

  private static String quoted(String name, String value) {
    return value.isEmpty() ? "" : " %s '%s'".formatted(name, value);
  }
}
