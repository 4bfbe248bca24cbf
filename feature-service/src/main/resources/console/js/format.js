// Numbers as people read them.

const LOCALE = "en";
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 3 });

/** 1234567: "1,234,567". */
export function count(value) {
  return whole.format(value);
}

/** Three digits at most: "12.3", "1,230". */
export function figure(value) {
  return Math.abs(value) >= 100 ? whole.format(value) : short.format(value);
}

/** A part of 1 as "99.8%"; never "100%" for less than 1, nor "0%" for more than 0. */
export function percent(part) {
  const value = part * 100;
  if (value > 0 && value < 0.1) {
    return "<0.1%";
  }
  return `${part < 1 ? Math.min(99.9, value).toFixed(1) : value.toFixed(0)}%`;
}

/** Seconds as "8.1 ms" or "1.2 s". */
export function duration(seconds) {
  return seconds < 1 ? `${figure(seconds * 1000)} ms` : `${figure(seconds)} s`;
}

/** Milliseconds without more digits than they deserve: "0.3", "12". */
export function milliseconds(value) {
  return value < 10 ? value.toFixed(1) : whole.format(value);
}

/** Bytes as "512 bytes", "23 KiB" or "10 MiB". */
export function size(bytes) {
  if (bytes < 1024) {
    return `${bytes} bytes`;
  }
  return bytes < 1024 ** 2 ? `${figure(bytes / 1024)} KiB` : `${figure(bytes / 1024 ** 2)} MiB`;
}

/** "1 photo", "2 photos". */
export function counted(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}
