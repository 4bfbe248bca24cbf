// The token of the service, where it wants one: kept by this tab alone.

import { byId } from "./dom.js";

const KEY = "vgg16.token";

/** What a header can have. */
const VALID = /^[\x21-\x7e]+$/;

/** Asks for the token when a call was refused without one. */
export class Token extends EventTarget {
  #dialog = byId("token-dialog");
  #input = byId("token");
  #token = kept();
  #asked;
  #declined = false;

  constructor() {
    super();
    byId("token-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#use(this.#input.value.trim());
    });
    this.#input.addEventListener("input", () => this.#input.setCustomValidity(""));
    byId("token-cancel").addEventListener("click", () => this.#dialog.close("cancelled"));
    this.#dialog.addEventListener("close", () => this.#closed());
    byId("forget-token").addEventListener("click", () => this.#forget());
    this.#show();
  }

  /** The header that a call needs. */
  headers() {
    return this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
  }

  /** Resolves to whether there is another token now than the one that was refused. */
  renew(refused) {
    if (this.headers().Authorization !== refused) {
      return Promise.resolve(true);
    }
    if (this.#declined) {
      return Promise.resolve(false);
    }
    this.#asked ??= this.#ask(refused !== undefined);
    return this.#asked.answer;
  }

  /** Somebody wants something again: after "Cancel" there is no dialog until then. */
  wanted() {
    this.#declined = false;
  }

  #use(token) {
    if (VALID.test(token)) {
      this.#keep(token);
      this.#dialog.close("used");
    } else {
      this.#input.setCustomValidity("A token has letters, digits and signs of ASCII, and no spaces.");
      this.#input.reportValidity();
    }
  }

  #ask(hadToken) {
    byId("token-title").textContent = hadToken ? "The token was refused" : "A token is needed";
    this.#input.value = "";
    this.#input.setCustomValidity("");
    this.#dialog.returnValue = "";
    this.#dialog.showModal();
    let settle;
    const answer = new Promise((resolve) => (settle = resolve));
    return { answer, settle };
  }

  #closed() {
    const used = this.#dialog.returnValue === "used";
    this.#declined = !used;
    this.#asked?.settle(used);
    this.#asked = undefined;
    this.#show();
    if (used) {
      this.dispatchEvent(new Event("change"));
    }
  }

  #forget() {
    this.#keep(undefined);
    this.#show();
    // Focus must not be lost with the button that had it.
    byId("results").focus();
  }

  #keep(token) {
    this.#token = token;
    try {
      if (token === undefined) {
        sessionStorage.removeItem(KEY);
      } else {
        sessionStorage.setItem(KEY, token);
      }
    } catch {
      // Site data is blocked: this page alone has it.
    }
  }

  #show() {
    byId("forget-token").hidden = this.#token === undefined;
  }
}

/** The token of this tab, if it has one and may say so. */
function kept() {
  try {
    const token = sessionStorage.getItem(KEY);
    return token !== null && VALID.test(token) ? token : undefined;
  } catch {
    return undefined;
  }
}
