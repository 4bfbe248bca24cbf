package dev.vgg16.feature.http.classify;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.base.Throwables;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.vgg16.feature.http.RequestBody;
import dev.vgg16.feature.http.classify.ClassifyInput.NamedImage;
import dev.vgg16.service.errors.ServingException;
import dev.vgg16.v1.Image;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Promise;

/** Reads a form: parts with a file name, or with the name {@code image}, are images. */
final class FormInput {

  /** Images and parameters. */
  private static final int MAX_PARTS = 2 * ClassifyInput.MAX_IMAGES;

  private static final int UNLIMITED = -1;

  private FormInput() {}

  /**
   * @param parameters which the form's fields add to
   */
  static ClassifyInput read(RequestBody body, ClassifyParameters parameters) {
    List<NamedImage> images = new ArrayList<>();
    try (MultiPartFormData.Parts parts = parts(body)) {
      for (MultiPart.Part part : parts) {
        if (isImage(part)) {
          images.add(image(part));
        } else {
          parameters.set(String.valueOf(part.getName()), part.getContentAsString(UTF_8));
        }
      }
    }
    return parameters.input(images, true);
  }

  private static MultiPartFormData.Parts parts(RequestBody body) {
    String boundary = MultiPart.extractBoundary(body.contentType());
    if (boundary == null) {
      throw ServingException.invalidInput(
          "request", "is a form whose Content-Type has no boundary");
    }
    MultiPartFormData.Parser parser = new MultiPartFormData.Parser(boundary);
    parser.setMaxParts(MAX_PARTS);
    parser.setMaxMemoryFileSize(UNLIMITED);
    ByteBuffer[] buffers = body.bytes().asReadOnlyByteBufferList().toArray(ByteBuffer[]::new);
    ParsedForm form = new ParsedForm();
    parser.parse(Content.Source.from(buffers), form);
    try {
      return form.join();
    } catch (CompletionException e) {
      throw ServingException.invalidInput(
          "request",
          "is a form that can't be read: %s".formatted(Throwables.getRootCause(e).getMessage()));
    }
  }

  /** Complete when the parser returns, since the whole body is there. */
  private static final class ParsedForm extends CompletableFuture<MultiPartFormData.Parts>
      implements Promise.Invocable<MultiPartFormData.Parts> {
    @Override
    public void succeeded(MultiPartFormData.Parts parts) {
      complete(parts);
    }

    @Override
    public void failed(Throwable failure) {
      completeExceptionally(failure);
    }
  }

  private static boolean isImage(MultiPart.Part part) {
    return part.getFileName() != null || "image".equals(part.getName());
  }

  private static NamedImage image(MultiPart.Part part) {
    String name = part.getFileName() == null ? "" : part.getFileName();
    return new NamedImage(name, Image.newBuilder().setEncoded(content(part)).build());
  }

  private static ByteString content(MultiPart.Part part) {
    try {
      // A copy that nobody else has.
      return UnsafeByteOperations.unsafeWrap(Content.Source.asByteBuffer(part.getContentSource()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
