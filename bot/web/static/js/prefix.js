/** Where Frontdesk is on its host: "" for all of it, or the path under which a proxy serves it. */

const PREFIX = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

/** @param {string} address one of ours, from "/" @returns {string} the same as it is reached from outside */
export function at(address) {
  return PREFIX + address;
}

/** @param {string} path of a page of ours @returns {string} the same from "/", as the server knows it */
export function within(path) {
  return path.startsWith(`${PREFIX}/`) ? path.slice(PREFIX.length) : path;
}

/** @param {string} name of what is kept in the browser @returns {string} apart for each clinic on one host */
export function ownKey(name) {
  return PREFIX ? `${name} ${PREFIX}` : name;
}
