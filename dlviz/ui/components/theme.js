// The page's own colours, read where a component stands.

import { luminance } from "./scale.js";

/** Any CSS colour → [r, g, b], by painting it. */
function rgbOf(colour) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/** Background, text and font of the page, quieter inks, an accent, and whether the page is dark. */
export function pageTheme(element) {
  const style = getComputedStyle(element);
  const variable = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const background = variable("--st-background-color", "#ffffff");
  const dark = luminance(rgbOf(background)) < 0.2;
  return {
    dark,
    background,
    text: variable("--st-text-color", "#31333f"),
    font: variable("--st-font", "sans-serif"),
    line: dark ? "rgba(255,255,255,0.17)" : "rgba(20,24,34,0.17)",
    muted: dark ? "#a3a8b4" : "#5f6470",
    faint: dark ? "#5a606e" : "#aab0bc",
    wrong: dark ? "#ff8a75" : "#c4331f",
    accent: dark ? "#2fd3a3" : "#008a65",
  };
}
