// The start: which page is shown, and what every page shares.

import { about } from "./about.js";
import { takeDrops } from "./intake.js";
import { library } from "./library.js";
import { listen } from "./listen.js";
import { closePlayers } from "./player.js";
import { quiz } from "./quiz.js";
import { startTheme } from "./theme.js";

const PAGES = { listen, library, quiz, about };
const main = document.getElementById("main");

function show() {
  const name = location.hash.slice(1) in PAGES ? location.hash.slice(1) : "listen";
  closePlayers();
  main.firstElementChild?.leave?.();
  main.replaceChildren(PAGES[name]());
  const links = [...document.querySelectorAll("header nav a")];
  for (const link of links) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${links.find((link) => link.hash === `#${name}`).textContent} · auscult`;
}

startTheme(document.getElementById("theme"));
takeDrops();
show();
addEventListener("hashchange", () => {
  if (location.hash === "#main") return; // the skip link
  show();
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
});
document.documentElement.dataset.ready = "";
