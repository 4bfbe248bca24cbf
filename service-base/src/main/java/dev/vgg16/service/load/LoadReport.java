package dev.vgg16.service.load;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * How loaded a service is.
 *
 * @param utilization 0 idle, 1 fully used, above 1 when work waits
 * @param perSecond requests done in a second
 */
public record LoadReport(double utilization, double perSecond) {

  // Fields of xds.data.orca.v3.OrcaLoadReport.
  private static final int RPS_FRACTIONAL = 6;
  private static final int APPLICATION_UTILIZATION = 9;

  /** As an {@code xds.data.orca.v3.OrcaLoadReport}. */
  byte[] toOrca() {
    byte[] message =
        new byte
            [CodedOutputStream.computeDoubleSize(RPS_FRACTIONAL, perSecond)
                + CodedOutputStream.computeDoubleSize(APPLICATION_UTILIZATION, utilization)];
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(message);
      out.writeDouble(RPS_FRACTIONAL, perSecond);
      out.writeDouble(APPLICATION_UTILIZATION, utilization);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return message;
  }
}
