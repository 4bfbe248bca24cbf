package dev.vgg16.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vgg16.e2e.console.ServiceStub.Answer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The load of the service, as the page shows it. */
@Timeout(300)
class ConsoleLoadIT {

  @RegisterExtension static final StubbedConsole console = new StubbedConsole();

  @Test
  void theLoadOfTheLastSecondsIsShown() {
    AtomicInteger images = new AtomicInteger();
    console.service().answer("/v1/load", call -> Answer.of(Answers.load(images.addAndGet(50))));
    ConsolePage page = console.open();
    page.awaitText("#load-p50", "15.0 ms".replace(".0", ""));
    page.awaitText("#load-queue", "3");
    page.awaitText("#load-batch", "2");
    page.awaitText("#load-heads", "2");
    page.awaitText("#load-runs", "int8");
    assertThat(page.one("#load-chart svg").getDomAttribute("aria-label"))
        .startsWith("Images a second over the last 2 minutes");
    console.service().answer("/v1/load", Answer.problem(404, "NOT_FOUND", ""));
    page.awaitText("#load-note", "The service does not tell it.");
  }

  @Test
  void quantilesAreThoseOfTheLastSeconds() {
    ConsolePage page = console.open();
    Object figures =
        page.await(
            """
            import('/js/load-window.js').then(({ LoadWindow, quantile }) => {
              const load = (instance, images, counts) => ({
                instance, imagesAnswered: images, imagesFailed: 0, batches: images / 2,
                batchedImages: images, latency: { bounds: [1, 2, 4], counts },
              });
              const window = new LoadWindow();
              const out = [window.figures];
              window.add(0, load('a', 1000, [1000, 0, 0, 0]));
              window.add(2, load('a', 1010, [1000, 10, 0, 0]));
              out.push(window.figures.perSecond, window.figures.p50, window.figures.batch);
              window.add(13, load('a', 1010, [1000, 10, 0, 0]));
              window.add(14, load('a', 1010, [1000, 10, 0, 0]));
              out.push(window.figures.perSecond, window.figures.p50);
              window.add(15, load('b', 4, [4, 0, 0, 0]));
              out.push(window.figures, window.instances);
              window.add(16, load('a', 1017, [1000, 17, 0, 0]));
              out.push(window.figures.perSecond, window.instances);
              window.add(100, load('a', 1016, [1000, 16, 0, 0]));
              out.push(window.instances);
              out.push(quantile([1, 2, 4], [0, 0, 0, 5], 0.99), quantile([1, 2, 4], [1, 1, 2, 0], 0.75));
              return JSON.stringify(out, (key, value) => value === undefined ? null : value);
            })""");
    assertThat(figures).isEqualTo("[null,5,1.5,2,0,null,null,1,0.5,2,1,4,3]");
  }

  @Test
  void theChartLeavesOutWhatIsNotKnown() {
    ConsolePage page = console.open();
    Object charts =
        page.await(
            """
            import('/js/chart.js').then(({ chart }) => [[undefined], [undefined, 3, 4], [3, undefined]]
              .map((values) => chart(values, 3, 120))
              .map((svg) => svg.querySelector('polyline').getAttribute('points') + ' '
                + svg.getAttribute('aria-label').split(': ')[1])
              .join('; '))""");
    assertThat(charts)
        .isEqualTo(
            " now not known; 300.0,28.5 600.0,8.0 now 4, at most 4;"
                + " 300.0,8.0 now not known, at most 3");
  }
}
