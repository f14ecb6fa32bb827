/** A conversation that is read outside of the inbox. */

import { showLocalTimes } from "./times.js";

showLocalTimes(document.body);
