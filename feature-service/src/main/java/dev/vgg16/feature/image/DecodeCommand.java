package dev.vgg16.feature.image;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.vgg16.service.errors.ServingException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Decodes image files for other programs, one after another, with the decoder and limits of the
 * service. Numbers are big-endian.
 *
 * <ul>
 *   <li>On standard output, once it can decode: {@link #READY}, a byte.
 *   <li>On standard input, for each file: its length, an int64, and its bytes. The end of input
 *       ends the program.
 *   <li>On standard output, for each file: {@link #DECODED}, a byte; width and height, an int32
 *       each; and height * width * 3 bytes, RGB, upright. Or {@link #REFUSED}, a byte; the length
 *       of the reason, an int32; and the reason in UTF-8, such as "is empty".
 * </ul>
 */
public final class DecodeCommand {

  static final byte READY = 'R';
  static final byte DECODED = 'D';
  static final byte REFUSED = 'X';

  private final ImageLimits limits;
  private final HeaderCheck check;
  private final ImageDecoder decoder;

  DecodeCommand(ImageLimits limits) {
    this.limits = limits;
    this.check = new HeaderCheck(limits);
    this.decoder = new ImageDecoder(limits);
  }

  public static void main(String[] args) throws IOException {
    // Standard output is for pixels, whatever else is printed.
    System.setOut(System.err);
    try (InputStream in = new BufferedInputStream(new FileInputStream(FileDescriptor.in));
        FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      new DecodeCommand(ImageLimits.DEFAULT).run(in, out.getChannel());
    }
  }

  void run(InputStream in, WritableByteChannel out) throws IOException {
    ImageReader.warmUp(decoder);
    write(out, ByteBuffer.wrap(new byte[] {READY}));
    DataInputStream files = new DataInputStream(in);
    while (true) {
      long length;
      try {
        length = files.readLong();
      } catch (EOFException e) {
        return;
      }
      answer(files, length, out);
    }
  }

  private void answer(InputStream in, long length, WritableByteChannel out) throws IOException {
    try (DecodedImage image = decoder.decode(read(in, length))) {
      ByteBuffer header = ByteBuffer.allocate(1 + 2 * Integer.BYTES);
      write(out, header.put(DECODED).putInt(image.width()).putInt(image.height()).flip());
      write(out, image.rgb());
    } catch (ServingException e) {
      byte[] reason = e.getMessage().getBytes(StandardCharsets.UTF_8);
      ByteBuffer message = ByteBuffer.allocate(1 + Integer.BYTES + reason.length);
      write(out, message.put(REFUSED).putInt(reason.length).put(reason).flip());
    }
  }

  private ByteString read(InputStream in, long length) throws IOException {
    if (length > limits.maxBytes()) {
      in.skipNBytes(length);
    }
    check.checkLength(length);
    byte[] file = in.readNBytes((int) length);
    if (file.length < length) {
      throw new EOFException("the input ends within a file");
    }
    return UnsafeByteOperations.unsafeWrap(file);
  }

  private static void write(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
