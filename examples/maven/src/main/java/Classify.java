import com.google.protobuf.ByteString;
import dev.vgg16.client.FeatureServiceClient;
import dev.vgg16.client.ServiceConnection;
import dev.vgg16.client.ServiceFailure;
import dev.vgg16.security.ClientSecurityOptions;
import dev.vgg16.v1.ClassScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Classifies one image file by a unary call of the client library. Arguments: HOST:PORT FILE. */
public final class Classify {

  private Classify() {}

  public static void main(String[] args) throws IOException {
    ByteString image = ByteString.copyFrom(Files.readAllBytes(Path.of(args[1])));
    try (ServiceConnection connection =
        ServiceConnection.open(args[0], ClientSecurityOptions.PLAIN)) {
      ClassScore best =
          FeatureServiceClient.on(connection).classify(image).getHeads(0).getScores(0);
      System.out.printf("%s: %s %.3f%n", args[1], best.getLabel(), best.getScore());
    } catch (ServiceFailure e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }
}
