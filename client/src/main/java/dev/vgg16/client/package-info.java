/**
 * The Java client library. A {@link dev.vgg16.client.ServiceConnection} is a channel to one
 * service; {@link dev.vgg16.client.FeatureServiceClient} and {@link
 * dev.vgg16.client.HeadServiceClient} make unary calls on it, blocking or with a future; {@link
 * dev.vgg16.client.StreamUploader} sends many images on one stream, with flow control and
 * resending. A call that fails throws a {@link dev.vgg16.client.ServiceFailure}, whose message is
 * one line.
 *
 * <p>One image:
 *
 * <pre>{@code
 * try (ServiceConnection connection = ServiceConnection.open("localhost:50051", ClientSecurityOptions.PLAIN)) {
 *   ByteString image = ByteString.copyFrom(Files.readAllBytes(Path.of("cat.jpg")));
 *   ClassifyResponse response = FeatureServiceClient.on(connection).classify(image);
 *   System.out.println(response.getHeads(0).getScores(0).getLabel());
 * }
 * }</pre>
 *
 * <p>Many images, of which at most 16 are in memory:
 *
 * <pre>{@code
 * FeatureServiceClient features = FeatureServiceClient.on(connection);
 * ItemSource<Path> files =
 *     path -> {
 *       try {
 *         return ByteString.copyFrom(Files.readAllBytes(path));
 *       } catch (IOException e) {
 *         throw new UnusableItemException(new Failure("UNREADABLE", e.toString()));
 *       }
 *     };
 * new StreamUploader<>(features.classifyStream(ClassifyRequest.getDefaultInstance()), files)
 *     .run(paths, result -> System.out.println(result.item() + ": " + result.result()));
 * }</pre>
 */
@NullMarked
package dev.vgg16.client;

import org.jspecify.annotations.NullMarked;
