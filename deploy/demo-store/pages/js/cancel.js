// SPDX-License-Identifier: Apache-2.0
// The page's text is in cancel.html: it has no state.
import { drawFrame } from "./frame.js";

drawFrame();
