/** Says when something happened, in the page's language. */

const language = document.documentElement.lang || "en";
const timeZone = document.documentElement.dataset.timezone || undefined;

function format(moment, options) {
  return new Intl.DateTimeFormat(language, { ...options, timeZone }).format(moment);
}

/**
 * The hour for today, the day and hour for earlier.
 * @param {Date} moment
 * @returns {string}
 */
export function shortTime(moment) {
  const day = { dateStyle: "short" };
  const time = format(moment, { timeStyle: "short" });
  if (format(moment, day) === format(new Date(), day)) return time;
  return `${format(moment, { day: "numeric", month: "short" })}, ${time}`;
}

/**
 * The whole date and time, for a tooltip.
 * @param {Date} moment
 * @returns {string}
 */
export function exactTime(moment) {
  return format(moment, { dateStyle: "full", timeStyle: "long" });
}

/**
 * A calendar date such as "2026-11-21", which has no time zone, written out.
 * @param {string} date
 * @returns {string}
 */
export function longDate(date) {
  if (date.length < 10) return date; // Of some sources only the year is known.
  const moment = new Date(`${date.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(moment.getTime())) return date;
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(moment);
}
