// A service may ask for a token. It is kept as long as the page is open, and nowhere else.

import { button, h } from "./element.js";

let asking = null;

/** Return what the reader types, or "" for no answer. Requests that wait share one question. */
export function askForToken(wasWrong) {
  asking ??= question(wasWrong).finally(() => { asking = null; });
  return asking;
}

function question(wasWrong) {
  return new Promise((resolve) => {
    const field = h("input", { type: "password", id: "token", autocomplete: "off" });
    const end = (text) => {
      dialog.close();
      dialog.remove();
      resolve(text);
    };
    const submit = (event) => {
      event.preventDefault();
      end(field.value.trim());
    };
    const dialog = h("dialog", { "aria-labelledby": "token-title" }, h("form", { onsubmit: submit },
      h("h2", { id: "token-title" }, "This service asks for a token"),
      h("p", {}, wasWrong ? "That token was not accepted." : "Whoever started the service set one."),
      h("label", { for: "token" }, "Token"), field,
      h("div", { class: "actions" },
        h("button", { type: "submit", class: "main" }, "Continue"),
        button("Cancel", () => end("")))));
    dialog.addEventListener("cancel", () => end(""));
    document.body.append(dialog);
    dialog.showModal();
  });
}
