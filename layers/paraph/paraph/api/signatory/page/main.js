// The page behind a link: what it shows and asks for depends on what the link is for.

import { Api } from "./api.js";
import { Authorisation } from "./authorisation.js";
import { Challenge } from "./challenge.js";
import { Page } from "./page.js";
import { Registration } from "./registration.js";

const MATTERS = { challenge: Challenge, authorisation: Authorisation, registration: Registration };

// Another link in the same tab changes nothing but the fragment
addEventListener("hashchange", () => location.reload());
new Page(new Api(location.hash.slice(1)), MATTERS).open();
