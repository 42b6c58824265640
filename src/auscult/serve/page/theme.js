// Light or dark: the system's choice until the reader makes one.

const KEY = "auscult-theme";
const NEXT = { auto: "light", light: "dark", dark: "auto" };
const SHOWN = { auto: "Auto", light: "Light", dark: "Dark" };

/** Make `button` switch, and set what was chosen last time. A "themechange" event tells of it. */
export function startTheme(button) {
  let choice = kept();
  const show = () => {
    if (choice === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    button.textContent = SHOWN[choice];
    button.setAttribute("aria-label", `Colours: ${SHOWN[choice]}. Switch to ${SHOWN[NEXT[choice]]}`);
    document.dispatchEvent(new Event("themechange"));
  };
  button.addEventListener("click", () => {
    choice = NEXT[choice];
    keep(choice);
    show();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();
}

/** Return the colour of a role, as `element` sees it. */
export function colour(role, element = document.documentElement) {
  return getComputedStyle(element).getPropertyValue(`--${role}`).trim();
}

// Storage may be forbidden; the choice then lasts as long as the page.
function kept() {
  try {
    const choice = localStorage.getItem(KEY);
    return choice in NEXT ? choice : "auto";
  } catch {
    return "auto";
  }
}

function keep(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch { /* see above */ }
}
