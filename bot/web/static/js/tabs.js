/** Lets the tabs of one browser do a thing one after the other. */

/**
 * Do something while no other tab does it.
 *
 * Browsers lock only on pages over HTTPS (and on this machine itself). Elsewhere two tabs may be at it at once, so the
 * task looks again at what they share, and what it sends must be safe to send twice.
 *
 * @template T
 * @param {string} name what is done
 * @param {() => Promise<T>} task
 * @param {AbortSignal} signal ends the wait for the other tabs
 * @returns {Promise<T>}
 */
export async function oneTabAtATime(name, task, signal) {
  let hasBegun = false;
  const begin = () => {
    hasBegun = true;
    return task();
  };
  if (!navigator.locks) return begin();
  try {
    return await navigator.locks.request(name, { signal }, begin);
  } catch (error) {
    // A frame on another website may be refused locks together with storage; what the task itself threw is its own.
    if (hasBegun || error.name !== "SecurityError") throw error;
    return begin();
  }
}
