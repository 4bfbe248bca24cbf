// The token of the service, where it wants one: kept by this tab alone.

import { byId } from "./dom.js";

const KEY = "vgg16.token";

/** Asks for the token when a call was refused without one. */
export class Token extends EventTarget {
  #dialog = byId("token-dialog");
  #input = byId("token");
  #asked;

  constructor() {
    super();
    byId("token-form").addEventListener("submit", (event) => {
      event.preventDefault();
      sessionStorage.setItem(KEY, this.#input.value.trim());
      this.#dialog.close("used");
    });
    byId("token-cancel").addEventListener("click", () => this.#dialog.close("cancelled"));
    this.#dialog.addEventListener("close", () => this.#closed());
    byId("forget-token").addEventListener("click", () => this.#forget());
    this.#show();
  }

  /** The header that a call needs. */
  headers() {
    const token = sessionStorage.getItem(KEY);
    return token ? { Authorization: `Bearer ${token}` } : {};
  }

  /** Resolves to whether there is another token now than the one that was refused. */
  renew(refused) {
    if (this.headers().Authorization !== refused) {
      return Promise.resolve(true);
    }
    this.#asked ??= this.#ask(refused !== undefined);
    return this.#asked.answer;
  }

  #ask(hadToken) {
    byId("token-title").textContent = hadToken ? "The token was refused" : "A token is needed";
    this.#input.value = "";
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    let settle;
    const answer = new Promise((resolve) => (settle = resolve));
    return { answer, settle };
  }

  #closed() {
    const used = this.#dialog.returnValue === "used";
    this.#asked?.settle(used);
    this.#asked = undefined;
    this.#show();
    if (used) {
      this.dispatchEvent(new Event("change"));
    }
  }

  #forget() {
    sessionStorage.removeItem(KEY);
    this.#show();
  }

  #show() {
    byId("forget-token").hidden = sessionStorage.getItem(KEY) === null;
  }
}
