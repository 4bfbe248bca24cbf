package dev.vgg16.e2e.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When the page's modules ask again, by a clock of the test's. */
@Timeout(300)
class ConsoleRetriesIT {

  @RegisterExtension static final StubbedConsole console = new StubbedConsole();

  /**
   * Replaces the clock, the timers and chance until `restore()`; `delays` has the timers' times.
   */
  private static final String CLOCK =
      """
      const real = { setTimeout, clearTimeout, fetch, random: Math.random, now: performance.now };
      const delays = [], timers = [], clock = { now: 0 };
      window.setTimeout = (act, ms) => { delays.push(ms); return timers.push(act); };
      window.clearTimeout = (timer) => { if (timer) timers[timer - 1] = undefined; };
      Math.random = () => 0.5;
      performance.now = () => clock.now;
      const fire = () => timers.pop()?.();
      const restore = () => {
        window.setTimeout = real.setTimeout;
        window.clearTimeout = real.clearTimeout;
        window.fetch = real.fetch;
        Math.random = real.random;
        performance.now = real.now;
      };
      """;

  private static final String ASKER =
      """
      const { Asker } = await import('/js/asker.js');
      const { Problem } = await import('/js/problem.js');
      """;

  private static Object run(String modules, String test) {
    ConsolePage page = console.open();
    return page.await(
        "(async () => {\n" + modules + CLOCK + "try {\n" + test + "} finally { restore(); } })()");
  }

  @Test
  void aServiceThatIsAwayIsTriedLessAndLessOften() {
    Object delays =
        run(
            "const { Connection } = await import('/js/connection.js');\n",
            """
            let isAway = true;
            window.fetch = () => isAway ? Promise.reject(new TypeError()) : Promise.resolve();
            const connection = new Connection();
            connection.lost();
            for (let tries = 0; tries < 5; tries++) await fire();
            isAway = false;
            await fire();
            const found = !connection.isLost;
            connection.lost();
            connection.found();
            clock.now = 60001;
            connection.lost();
            return JSON.stringify([found, ...delays]);
            """);
    assertThat(delays)
        .as("lost; then again at once; then again after a minute")
        .isEqualTo("[true,1000,2000,4000,8000,10000,10000,10000,1000]");
  }

  @Test
  void aRefusedPhotoIsSentLaterEachTimeAndNotForEver() {
    Object delays =
        run(
            ASKER,
            """
            let retryAfter;
            const refused = () => new Problem(429, 'RESOURCE_EXHAUSTED', 'full', { retryAfter });
            const asker = new Asker(() => Promise.reject(refused()), new EventTarget());
            const photo = { become(state) { this.state = state; } };
            const settled = async () => { for (let i = 0; i < 10; i++) await undefined; };
            asker.ask(photo);
            await settled();
            while (timers.length > 0) {
              retryAfter = delays.length === 2 ? 20 : undefined;
              fire();
              await settled();
            }
            return JSON.stringify([...delays, photo.state]);
            """);
    assertThat(delays)
        .as("the third time the service asks for 20 s")
        .isEqualTo("[1000,2000,20000,8000,16000,\"failed\"]");
  }

  @Test
  void aDroppedPhotoIsAskedNoMore() {
    Object states =
        run(
            ASKER,
            """
            const calls = [];
            const classify = (photo, signal) => new Promise((answer, fail) =>
              calls.push({ photo, signal, answer, fail }));
            const asker = new Asker(classify, new EventTarget());
            const photos = Array.from({ length: 7 }, () => ({ become(state) { this.state = state; } }));
            photos.forEach((photo) => asker.ask(photo));
            const sent = calls.length;
            asker.drop(photos[0], photos[4]);
            const next = calls.slice(sent).map((call) => photos.indexOf(call.photo));
            const aborted = calls[0].signal.aborted;
            calls[0].answer('late');
            calls[1].fail(new Problem(429, 'RESOURCE_EXHAUSTED', 'full'));
            for (let i = 0; i < 10; i++) await undefined;
            const retrying = photos[1].state;
            asker.drop(photos[1]);
            const timersLeft = timers.filter((act) => act).length;
            return JSON.stringify(
              [sent, next, aborted, photos[0].state, photos[4].state, retrying, timersLeft]);
            """);
    assertThat(states).isEqualTo("[4,[5],true,\"asking\",\"waiting\",\"retrying\",0]");
  }
}
