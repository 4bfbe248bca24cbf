// Figures of the last seconds, from counters that only grow.

/** Seconds that the figures are about. */
const WINDOW = 10;

/** Seconds after which a replica that has not answered again counts as gone. */
const GONE = 60;

/**
 * Keeps what GET /v1/load said, and compares the newest with the oldest of the last seconds. Behind
 * a proxy each answer may be of another replica: figures are those of the one that answered last.
 */
export class LoadWindow {
  #samples = [];
  #returned = Number.NEGATIVE_INFINITY;

  /** `now` in seconds. */
  add(now, load) {
    const isOf = (sample) => sample.load.instance === load.instance;
    if (this.#samples.some(isOf) && !isOf(this.#samples.at(-1))) {
      this.#returned = now;
    }
    this.#samples.push({ now, load });
    const latest = (samples) => samples.filter((sample) => now - sample.now < GONE);
    const old = this.#ofNewest().filter((sample) => now - sample.now > WINDOW);
    // One of before the window stays: the figures are about all of it.
    this.#samples = latest(this.#samples.filter((sample) => !old.slice(0, -1).includes(sample)));
  }

  #ofNewest() {
    const instance = this.#samples.at(-1)?.load.instance;
    return this.#samples.filter((sample) => sample.load.instance === instance);
  }

  /** How many replicas answer in turn; one that only took the place of another is alone. */
  get instances() {
    if (!(this.#samples.at(-1)?.now - this.#returned < GONE)) {
      return 1;
    }
    return new Set(this.#samples.map((sample) => sample.load.instance)).size;
  }

  /** Undefined until there are two samples; quantiles and batch undefined when nothing ended. */
  get figures() {
    const samples = this.#ofNewest();
    const [oldest, newest] = [samples[0], samples.at(-1)];
    const seconds = (newest?.now ?? 0) - (oldest?.now ?? 0);
    if (!(seconds > 0)) {
      return undefined;
    }
    const difference = (field) => newest.load[field] - oldest.load[field];
    const { bounds, counts } = newest.load.latency;
    const since = counts.map((value, index) => value - oldest.load.latency.counts[index]);
    const batches = difference("batches");
    return {
      perSecond: difference("imagesAnswered") / seconds,
      failedPerSecond: difference("imagesFailed") / seconds,
      p50: quantile(bounds, since, 0.5),
      p99: quantile(bounds, since, 0.99),
      batch: batches > 0 ? difference("batchedImages") / batches : undefined,
    };
  }
}

/**
 * The quantile of a histogram, linear within a bucket. `counts` has one more than `bounds`: what is
 * above the last one counts as the last one.
 */
export function quantile(bounds, counts, part) {
  const total = counts.reduce((sum, value) => sum + value, 0);
  if (total === 0) {
    return undefined;
  }
  let rank = part * total;
  for (const [index, value] of counts.entries()) {
    if (rank <= value && value > 0) {
      const low = index === 0 ? 0 : bounds[index - 1];
      const high = bounds[index] ?? low;
      return low + ((high - low) * rank) / value;
    }
    rank -= value;
  }
  return bounds.at(-1);
}
