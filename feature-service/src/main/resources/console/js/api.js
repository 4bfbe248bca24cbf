// The calls of the service's HTTP API; each fails with a Problem.

import { Problem, problemOf, unreachable } from "./problem.js";

export class Api {
  #token;
  #connection;

  constructor(token, connection) {
    this.#token = token;
    this.#connection = connection;
  }

  /** The backbone that runs, and its limits. */
  backbone() {
    return this.#json("v1/backbone");
  }

  /** The heads that are loaded. */
  heads() {
    return this.#json("v1/heads");
  }

  /** The same; never asks for a token: nobody pressed a button. */
  async headsQuietly() {
    return (await this.#fetch("v1/heads", {})).json();
  }

  /** How much the service has to do; never asks for a token either. */
  async load() {
    return (await this.#fetch("v1/load", {})).json();
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
        return await (await this.#fetch(path, options)).json();
      } catch (problem) {
        if (problem.status !== 401 || !(await this.#token.renew(sent))) {
          throw problem;
        }
      }
    }
  }

  async #fetch(path, options) {
    const headers = { Accept: "application/json", ...options.headers, ...this.#token.headers() };
    let response;
    try {
      response = await fetch(path, { ...options, headers, cache: "no-store" });
    } catch (failure) {
      if (options.signal?.aborted) {
        throw new Problem(0, "CANCELLED", "");
      }
      this.#connection.lost();
      throw unreachable(failure);
    }
    this.#connection.found();
    if (!response.ok) {
      throw await problemOf(response);
    }
    return response;
  }
}
