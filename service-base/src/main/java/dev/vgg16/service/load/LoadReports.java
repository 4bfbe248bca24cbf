package dev.vgg16.service.load;

import io.grpc.BindableService;
import io.grpc.ServerInterceptor;

/**
 * Tells callers how loaded the service is: in the trailers of each call, and on the streams of
 * {@code xds.service.orca.v3.OpenRcaService}. Thread-safe.
 */
public final class LoadReports implements AutoCloseable {

  /** An {@code OrcaLoadReport}; encoded once, however many calls it is told. */
  private volatile byte[] latest = new LoadReport(0, 0).toOrca();

  private final LoadReportStreams streams = new LoadReportStreams(() -> latest);

  /** Replaces what is told. */
  public void report(LoadReport report) {
    latest = report.toOrca();
  }

  /** For the services whose calls shall carry reports. */
  public ServerInterceptor trailers() {
    return new LoadTrailers(() -> latest);
  }

  /** {@code xds.service.orca.v3.OpenRcaService}. */
  public BindableService service() {
    return streams;
  }

  @Override
  public void close() {
    streams.close();
  }
}
