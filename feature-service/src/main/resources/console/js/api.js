// The calls of the service's HTTP API; each fails with a Problem.

import { Problem, problemOf, unreachable } from "./problem.js";

export class Api {
  #token;
  #connection;

  constructor(token, connection) {
    this.#token = token;
    this.#connection = connection;
  }

  /** The same calls, which never ask for a token: nobody pressed a button. */
  quietly = {
    backbone: () => this.#once("v1/backbone"),
    heads: () => this.#once("v1/heads"),
    /** How much the service has to do. */
    load: () => this.#once("v1/load"),
  };

  /** The backbone that runs, and its limits. */
  backbone() {
    return this.#json("v1/backbone");
  }

  /** The heads that are loaded. */
  heads() {
    return this.#json("v1/heads");
  }

  /** Scores an image, a Blob; `question` is what Question has. */
  classify(image, question, signal) {
    const parameters = new URLSearchParams(question.heads.map((head) => ["head", head]));
    parameters.append("top_k", question.topK);
    if (question.explain !== undefined) {
      parameters.append("explain", question.explain);
    }
    if (question.novelty) {
      parameters.append("novelty", "true");
    }
    const headers = { "Content-Type": "application/octet-stream" };
    return this.#json(`v1/classify?${parameters}`, { method: "POST", body: image, headers, signal });
  }

  async #json(path, options = {}) {
    for (;;) {
      const sent = this.#token.headers().Authorization;
      try {
        return await this.#once(path, options);
      } catch (problem) {
        if (problem.status !== 401 || !(await this.#token.renew(sent))) {
          throw problem;
        }
      }
    }
  }

  async #once(path, options = {}) {
    const headers = { Accept: "application/json", ...options.headers, ...this.#token.headers() };
    const { signal } = options;
    const response = await this.#reach(signal, fetch(path, { ...options, headers, cache: "no-store" }));
    if (!response.ok) {
      this.#connection.found();
      throw await problemOf(response);
    }
    const body = await this.#reach(signal, response.text());
    this.#connection.found();
    return parsed(body, response.status);
  }

  /** Without an answer, or with a part of one, the service counts as lost. */
  async #reach(signal, part) {
    try {
      return await part;
    } catch {
      if (signal?.aborted) {
        throw new Problem(0, "CANCELLED", "");
      }
      this.#connection.lost();
      throw unreachable();
    }
  }
}

/** Something between may answer with a page of its own. */
function parsed(body, status) {
  try {
    return JSON.parse(body);
  } catch {
    throw new Problem(status, "UNKNOWN", "");
  }
}
