const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hrs: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
};

/**
 * Returns the seconds of a duration such as "90", "10m", "1h30m" or "2 days"; a number alone is seconds. Units may come
 * once each, the longer before the shorter. Null: the text is not a duration.
 */
export function secondsIn(text: string): number | null {
  let rest = text.trim().toLowerCase();
  if (rest.length > 60) return null;
  if (/^\d+(?:\.\d+)?$/.test(rest)) return Number(rest);
  let [total, last] = [0, Infinity];
  while (rest !== '') {
    const [part, amount, unit] = /^(\d+(?:\.\d+)?) ?([a-z]+) */.exec(rest) ?? [];
    const seconds = UNITS[unit ?? ''];
    if (part === undefined || seconds === undefined || seconds >= last) return null;
    total += Number(amount) * seconds;
    last = seconds;
    rest = rest.slice(part.length);
  }
  return last === Infinity ? null : Math.round(total * 1000) / 1000;
}
