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
  public void failed(Failure failure) {
    logger.info("{}", line(failure));
    next.failed(failure);
  }

  static String line(Failure failure) {
    String id =
        failure.id().isEmpty() ? "" : " item '" + OneLine.truncated(failure.id(), MAX_ID) + "'";
    return OneLine.of(
        "%s of %s%s: %s %s"
            .formatted(
                failure.method(),
                failure.peer() == null ? "an unknown peer" : failure.peer(),
                id,
                failure.code(),
                failure.message()));
  }
}
