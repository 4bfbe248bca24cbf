package dev.vgg16.e2e;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.FeatureServiceGrpc;
import dev.vgg16.v1.Image;
import io.grpc.CallOptions;
import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** A message of 2 MB that decompresses to 2 GiB. */
final class GzipBomb implements AutoCloseable {

  private static final int MEMBER = 64 << 20;
  private static final int MEMBERS = 32;

  private final ManagedChannel channel;

  GzipBomb(int port) throws IOException {
    CompressorRegistry compressors = CompressorRegistry.newEmptyInstance();
    compressors.register(new InPlaceOfTheMessage(bomb()));
    channel =
        NettyChannelBuilder.forAddress("localhost", port)
            .usePlaintext()
            .compressorRegistry(compressors)
            .build();
  }

  /** Sends it, and returns how the call failed. */
  String send() {
    try {
      var unused =
          ClientCalls.blockingUnaryCall(
              channel,
              FeatureServiceGrpc.getClassifyMethod(),
              CallOptions.DEFAULT.withCompression("gzip").withDeadlineAfter(120, TimeUnit.SECONDS),
              ClassifyRequest.newBuilder()
                  .setImage(Image.newBuilder().setEncoded(Photos.any()))
                  .build());
      return "answered";
    } catch (StatusRuntimeException e) {
      return e.getMessage();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** Members of a gzip file may follow one another: RFC 1952, 2.2. */
  private static ByteString bomb() throws IOException {
    long size = (long) MEMBER * MEMBERS;
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(fields);
    // An image field with an encoded file of nearly all remaining bytes.
    out.writeTag(ClassifyRequest.IMAGE_FIELD_NUMBER, 2);
    out.writeUInt64NoTag(size - 16);
    out.writeTag(Image.ENCODED_FIELD_NUMBER, 2);
    out.writeUInt64NoTag(size - 32);
    out.flush();
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.writeBytes(zipped(fields.toByteArray()));
    byte[] zeros = zipped(new byte[MEMBER]);
    for (int i = 0; i < MEMBERS; i++) {
      bomb.writeBytes(zeros);
    }
    return ByteString.copyFrom(bomb.toByteArray());
  }

  private static byte[] zipped(byte[] bytes) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(bytes);
    }
    return zipped.toByteArray();
  }

  private record InPlaceOfTheMessage(ByteString bytes) implements Codec {

    @Override
    public String getMessageEncoding() {
      return "gzip";
    }

    @Override
    public OutputStream compress(OutputStream out) {
      return new FilterOutputStream(out) {
        @Override
        public void write(int b) {}

        @Override
        public void write(byte[] b, int from, int count) {}

        @Override
        public void close() throws IOException {
          bytes.writeTo(out);
          super.close();
        }
      };
    }

    @Override
    public InputStream decompress(InputStream in) {
      throw new UnsupportedOperationException("nothing is received that way");
    }
  }
}
