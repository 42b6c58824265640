// Why this answer: the parts of the sound without which the answer would be less sure.

import { announce, button, h } from "./element.js";
import { ask } from "./service.js";

/** Return a panel that asks the service when it is wanted, and shows the parts on `it`, a player. */
export function why(sound, it) {
  const told = h("div", { class: "told", tabindex: -1 });
  const asked = button("Why this answer?", async () => {
    asked.disabled = true;
    told.replaceChildren(h("p", { class: "hint working" }, "Listening without each part in turn"));
    try {
      const { explanation, murmur, reason } = await ask("explain", sound.blob, sound.name);
      const sentences = [explanation?.sentence || explanation?.reason || reason, murmur?.sentence].filter(Boolean);
      told.replaceChildren(...sentences.map((sentence) => h("p", {}, sentence)),
        explanation?.tiles.length ? h("p", { class: "hint" }, "Outlined: what the answer rests on most. Lower these parts to "
          + "the background and it gets less sure.") : "");
      it.outline(explanation?.tiles ?? []);
      if ([asked, document.body].includes(document.activeElement)) told.focus();
      asked.remove();
      announce(sentences.join(" "));
    } catch (problem) {
      asked.disabled = false;
      told.replaceChildren(h("p", { class: "problem", role: "alert" }, problem.message));
    }
  });
  return h("div", { class: "why" }, asked, told);
}
