// What went wrong, for people: a title, what would be right, and whether asking again helps.

/** A call that failed. `status` is HTTP's, or 0 when there was no answer. */
export class Problem extends Error {
  constructor(status, code, detail, { field = "", retryAfter } = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.field = field;
    this.retryAfter = retryAfter;
  }
}

/** The service did not answer at all. */
export function unreachable() {
  return new Problem(0, "UNREACHABLE", "There was no answer.");
}

/** The file of a photo is gone, has changed, or is a folder. */
export function unreadable() {
  return new Problem(0, "UNREADABLE", "");
}

/** There was no answer each time, although the service answers other calls. */
export function unsent() {
  return new Problem(0, "UNSENT", "");
}

/** The problem that an answer tells. */
export async function problemOf(response) {
  const body = (await response.json().catch(() => undefined)) ?? {};
  const detail = typeof body.detail === "string" ? body.detail : "";
  const retryAfter = Number.parseFloat(response.headers.get("Retry-After")) || undefined;
  const code = body.code ?? codeOf(response.status);
  return new Problem(response.status, code, detail, { field: body.field, retryAfter });
}

function codeOf(status) {
  const codes = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    413: "TOO_LARGE",
    429: "RESOURCE_EXHAUSTED",
    502: "GATEWAY",
    503: "UNAVAILABLE",
    504: "GATEWAY",
  };
  return codes[status] ?? "UNKNOWN";
}

const TEXTS = {
  UNREACHABLE: ["The service can't be reached", "Photos are sent again when it answers."],
  UNREADABLE: ["This file can't be read", "Add it again."],
  UNSENT: ["The photo can't be sent", "The connection ended each time: try again, or a smaller photo."],
  GATEWAY: ["A proxy has no answer of the service", "It may be starting or restarting."],
  INVALID_ARGUMENT: ["The service can't do this", "Ask for something else."],
  INVALID_IMAGE: ["This photo can't be used", "Send a JPEG, PNG or WebP file."],
  TOO_LARGE: ["The photo is too large", "Make it smaller, and add it again."],
  UNAUTHENTICATED: ["A token is needed", "Enter one of the service's tokens."],
  PERMISSION_DENIED: ["This token may not do that", "Enter another one."],
  NOT_FOUND: ["There is no such head", "It may have been removed: choose another one."],
  FAILED_PRECONDITION: ["The head can't do this", "Ask for less, or choose another head."],
  RESOURCE_EXHAUSTED: ["The service is full", "Too many photos are waiting there already."],
  UNAVAILABLE: ["No head service answers", "It may be starting or restarting."],
  DEADLINE_EXCEEDED: ["It took too long", "The service may be busy: try again."],
  INTERNAL: ["The service failed", "Sending the same again may not help; its log says more."],
};

const TEMPORARY = new Set(["RESOURCE_EXHAUSTED", "UNAVAILABLE", "GATEWAY"]);
const SAYS_WHAT_IS_RIGHT = new Set(["INVALID_ARGUMENT", "RESOURCE_EXHAUSTED"]);
const FINAL = new Set(["INVALID_ARGUMENT", "TOO_LARGE", "FAILED_PRECONDITION", "UNREADABLE"]);

/** Whether it is worth asking again after a while, without anybody's help. */
export function isTemporary(problem) {
  return TEMPORARY.has(problem.code);
}

/** Whether the same call can succeed at all. */
export function isFinal(problem) {
  return FINAL.has(problem.code);
}

/** What to tell: `title`, `detail` as the service put it, and `advice` where that has none. */
export function explained(problem) {
  const detail = sentence(problem.message);
  const [title, advice] = textsOf(problem);
  return { title, detail, advice: detail !== "" && SAYS_WHAT_IS_RIGHT.has(problem.code) ? "" : advice };
}

function textsOf(problem) {
  const ofImage = problem.code === "INVALID_ARGUMENT" && /^image\b/.test(problem.field || problem.message);
  return TEXTS[ofImage ? "INVALID_IMAGE" : problem.code] ?? [
    `An unexpected answer (${problem.status})`,
    "Something between this page and the service may have sent it: try again.",
  ];
}

/** "image is empty" as "The photo is empty." */
function sentence(detail) {
  const text = detail.trim().replace(/^(image\.encoded|image)\b:?/, "The photo");
  if (text === "") {
    return "";
  }
  return text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}

const CODES = [
  "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
  "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
  "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
];

/** The problem of one head among several, which the contract tells by a number. */
export function problemOfHead(error) {
  const code = typeof error.code === "number" ? CODES[error.code] : error.code;
  return new Problem(200, code ?? "UNKNOWN", error.detail ?? error.message ?? "");
}
