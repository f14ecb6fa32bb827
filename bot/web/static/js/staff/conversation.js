/** Conversations that are read outside of the inbox: one, or all of a patient. */

import { showLocalTimes } from "./times.js";

showLocalTimes(document.body);
