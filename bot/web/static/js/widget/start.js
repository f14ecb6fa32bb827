/** Starts the widget, once, on a website that the clinic has listed; in the end all of it can be taken away again. */

import { callHost } from "./host_events.js";
import { publicInterface } from "./interface.js";
import { Widget } from "./widget.js";

function start(script) {
  if (document.querySelector("frontdesk-widget") || window.Frontdesk?.destroy) return;
  const source = new URL(script.src);
  // A proxy may serve us under a path of its host.
  const edge = source.origin + source.pathname.replace(/\/widget\.js$/, "");
  const isListed = CONFIG.origins.includes(location.origin) || (CONFIG.demo && location.origin === source.origin);
  if (!isListed) {
    console.warn(`Frontdesk: the chat is not shown, since ${location.origin} is not listed under widget in clinic.yml.`);
    return;
  }
  const { lang = document.documentElement.lang, side } = script.dataset;
  const widget = new Widget(edge, { language: lang, side, nonce: script.nonce });
  const waiting = Array.isArray(window.Frontdesk) ? window.Frontdesk : [];
  window.Frontdesk = publicInterface(widget, () => delete window.Frontdesk);
  widget.appear();
  // What the website wanted to do before this script was there.
  waiting.forEach((run) => window.Frontdesk?.push(run));
  callHost(() => dispatchEvent(new CustomEvent("frontdesk:ready")));
}

const ownScript = document.currentScript ?? document.querySelector('script[src$="/widget.js"]');
if (document.body) start(ownScript);
else addEventListener("DOMContentLoaded", () => start(ownScript), { once: true });
