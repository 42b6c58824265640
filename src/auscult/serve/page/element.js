// Making elements. Text is always text: nothing here, or anywhere on the page, parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/** Return an element: `h("button", { type: "button", onclick: go }, "Go")`.
 *  Keys that begin with "on" listen, `style` takes CSS properties, `class` and the rest are
 *  attributes; false, null and undefined leave one out. */
export function h(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [k, v] of Object.entries(value)) element.style.setProperty(k, v);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A button that does something on this page. */
export function button(text, onclick, attributes = {}) {
  return h("button", { type: "button", onclick, ...attributes }, text);
}

/** A word with a dot in the colour of a role. */
export function chip(text, role) {
  return h("span", { class: "chip", style: { "--chip": `var(--${role})` } }, text);
}

/** A labelled bar for `share` in [0, 1]. */
export function shareBar(text, share, role, strong = false) {
  return h("div", { class: strong ? "share strong" : "share" },
    h("span", {}, text),
    h("span", { class: "track", style: { "--share": `${share * 100}%`, "--chip": `var(--${role})` } }),
    h("span", { class: "value" }, percent(share)));
}

/** (name, value, remark) as a row of large figures. */
export function tiles(facts) {
  return h("dl", { class: "tiles" }, facts.map(([name, value, remark]) =>
    h("div", {}, h("dt", {}, name), h("dd", {}, value, remark ? h("small", {}, remark) : null))));
}

/** 0.914 → "91 %"; what rounds to all or nothing says so. */
export function percent(share) {
  if (share > 0.995 && share < 1) return "> 99 %";
  if (share < 0.005 && share > 0) return "< 1 %";
  return `${Math.round(share * 100)} %`;
}

/** Say `text` to those who listen to the page. */
export function announce(text) {
  document.getElementById("status").textContent = text;
}
