package dev.vgg16.e2e.faults;

import dev.vgg16.e2e.Photos;
import dev.vgg16.v1.ClassScore;
import dev.vgg16.v1.ClassifyRequest;
import dev.vgg16.v1.ClassifyResponse;
import dev.vgg16.v1.FeatureServiceGrpc;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A photo and its expected answer.
 *
 * @param cat the score of that label
 */
record Question(ClassifyRequest request, double cat) {

  /** Scores of a photo alone and in a batch differ by less. */
  private static final double TOLERANCE = 0.01;

  /** Classifies once, without a fault. */
  static List<Question> askAll(Channel channel) throws IOException {
    List<Question> all = new ArrayList<>();
    for (Path photo : Photos.all()) {
      ClassifyRequest request = Photos.classify(Photos.bytes(photo));
      ClassifyResponse answer = stub(channel).withWaitForReady().classify(request);
      double cat = cat(answer);
      if (cat > 0.5 != Photos.label(photo).equals("cat")) {
        throw new AssertionError(photo + " is wrong from the start: " + answer);
      }
      all.add(new Question(request, cat));
    }
    return all;
  }

  /** Sends it once more; empty when the answer is right. */
  String whatIsWrongWithAnAnswer(Channel channel) {
    return whatIsWrongWith(stub(channel).classify(request));
  }

  private static FeatureServiceGrpc.FeatureServiceBlockingStub stub(Channel channel) {
    return FeatureServiceGrpc.newBlockingStub(channel).withDeadlineAfter(120, TimeUnit.SECONDS);
  }

  /** Empty when the answer is right: one head's scores, and those of this photo. */
  String whatIsWrongWith(ClassifyResponse answer) {
    if (answer.getHeadsCount() != 1 || answer.getHeads(0).getScoresCount() != 2) {
      return "not the scores of one head: " + answer;
    }
    double difference = Math.abs(cat(answer) - cat);
    return difference <= TOLERANCE ? "" : "cat is %.4f, not %.4f".formatted(cat(answer), cat);
  }

  private static double cat(ClassifyResponse answer) {
    return answer.getHeads(0).getScoresList().stream()
        .filter(score -> score.getLabel().equals("cat"))
        .mapToDouble(ClassScore::getScore)
        .findFirst()
        .orElse(-1);
  }
}
