package dev.vgg16.head.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.inference.onnx.OpenModels;
import dev.vgg16.service.errors.ServingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class VersionSwapStressTest {

  private static final int CLIENTS = 3;
  private static final int SWAPS = 200;

  @TempDir private Path folder;

  /** A link is switched between folders with different versions, repeatedly. */
  @Test
  @Timeout(300)
  void aHeadIsFoundThroughoutASwap() throws Exception {
    CopiedHeads heads = CopiedHeads.into(folder);
    heads.add("two/1", "two/2");
    Files.createDirectory(folder.resolve(".b"));
    Files.move(folder.resolve("two/2"), folder.resolve(".b/2"));
    Files.move(folder.resolve("two"), folder.resolve(".a"));
    turnTo(".a");
    FolderSync sync =
        FolderSync.load(
            new HeadFolder(folder),
            Optional.of("three"),
            new OpenModels(),
            FolderSync.Listener.NONE);
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean stop = new AtomicBoolean();
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(CompletableFuture.runAsync(() -> ask(sync.registry(), stop, asked, failures)));
    }
    for (int swap = 0; swap < SWAPS; swap++) {
      turnTo(swap % 2 == 0 ? ".b" : ".a");
      sync.scan();
      sync.scan();
      assertThat(sync.registry().find("two").manifest().version()).isEqualTo(swap % 2 == 0 ? 2 : 1);
    }
    stop.set(true);
    clients.forEach(CompletableFuture::join);
    sync.registry().close();
    assertThat(failures).isEmpty();
    assertThat(asked.get()).isGreaterThan(SWAPS);
  }

  private static void ask(
      HeadRegistry registry, AtomicBoolean stop, AtomicInteger asked, Queue<String> failures) {
    while (!stop.get()) {
      try {
        registry.acquire("two").release();
      } catch (ServingException e) {
        failures.add(e.getMessage());
      }
      asked.incrementAndGet();
    }
  }

  private void turnTo(String target) throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve(".new"), Path.of(target));
    Files.move(link, folder.resolve("two"), StandardCopyOption.ATOMIC_MOVE);
  }
}
