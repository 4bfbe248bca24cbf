package dev.vgg16.cli.extract;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A file of feature maps for NumPy, written as the maps arrive. */
interface FeatureFile extends AutoCloseable {

  /** Writes the map of the input at this index. */
  void write(int index, ByteString map) throws IOException;

  @Override
  void close() throws IOException;

  /** A file format, for given inputs. */
  interface Format {

    /** Creates the file, for maps of this shape. */
    FeatureFile create(Path path, List<Integer> mapShape) throws IOException;

    /**
     * The format by the output's extension, .npy or .npz.
     *
     * @param names of the inputs, in order
     * @throws IllegalArgumentException for another extension, or when two arrays would have the
     *     same name
     */
    static Format of(Path output, List<String> names) {
      if (output.toString().endsWith(".npy")) {
        return (path, shape) -> new Npy(path, names.size(), shape);
      }
      if (output.toString().endsWith(".npz")) {
        List<String> entries = Npz.entries(names);
        return (path, shape) -> new Npz(path, entries, shape);
      }
      throw new IllegalArgumentException("the output must end in .npy or .npz, and is " + output);
    }
  }

  /** One array [files, ...map shape], in the order of the files. */
  final class Npy implements FeatureFile {
    private final FileChannel channel;
    private final int headerSize;

    Npy(Path path, int count, List<Integer> mapShape) throws IOException {
      List<Integer> shape = new ArrayList<>(List.of(count));
      shape.addAll(mapShape);
      byte[] header = NpyHeader.float32(shape);
      headerSize = header.length;
      channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      writeAll(ByteBuffer.wrap(header), 0);
    }

    @Override
    public void write(int index, ByteString map) throws IOException {
      writeAll(map.asReadOnlyByteBuffer(), headerSize + (long) index * map.size());
    }

    private void writeAll(ByteBuffer bytes, long position) throws IOException {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** An archive with an array per input, named after the input's file without its extension. */
  final class Npz implements FeatureFile {
    private final ZipOutputStream zip;
    private final List<String> entries;
    private final byte[] header;

    Npz(Path path, List<String> entries, List<Integer> mapShape) throws IOException {
      this.entries = entries;
      header = NpyHeader.float32(mapShape);
      OutputStream out = Files.newOutputStream(path);
      zip = new ZipOutputStream(out);
    }

    @Override
    public void write(int index, ByteString map) throws IOException {
      zip.putNextEntry(new ZipEntry(entries.get(index) + ".npy"));
      zip.write(header);
      map.writeTo(zip);
      zip.closeEntry();
    }

    @Override
    public void close() throws IOException {
      zip.close();
    }

    /** File names without extensions; if two are equal, whole paths. */
    static List<String> entries(List<String> names) {
      List<String> stems = names.stream().map(Npz::stem).toList();
      if (new HashSet<>(stems).size() == stems.size()) {
        return stems;
      }
      Set<String> seen = new HashSet<>();
      for (String name : names) {
        if (!seen.add(name)) {
          throw new IllegalArgumentException("the .npz would contain twice: " + name);
        }
      }
      return names;
    }

    private static String stem(String name) {
      return Path.of(name).getFileName().toString().replaceFirst("\\.[^.]+$", "");
    }
  }
}
