// Looking again, calmly: never twice at once, never while nobody looks, slower when there is no answer.

const LONGEST_PAUSE = 60_000;

/**
 * Call `look` again and again, each time after `pause(…)` milliseconds, until the signal ends it; a pause of 0 ends it too.
 * @param {() => Promise<void>} look
 * @param {() => number} pause
 * @param {AbortSignal} signal
 */
export async function repeatedly(look, pause, signal) {
  let failures = 0;
  const stale = /** @type {HTMLElement} */ (document.getElementById("stale"));
  signal.addEventListener("abort", () => { stale.textContent = ""; });
  while (!signal.aborted) {
    const rest = pause();
    if (!rest) return;
    await new Promise((done) => setTimeout(done, Math.min(rest * 2 ** failures, LONGEST_PAUSE)));
    if (document.hidden || signal.aborted) continue;
    try {
      await look();
      failures = 0;
      stale.textContent = "";
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      if (failures === 1) stale.textContent = `What is shown may be old: ${/** @type {Error} */ (error).message}. Trying again.`;
    }
  }
}
