// Saving what a component shows as a file.

function saveBlob(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Hand the visitor a canvas as a file. */
export function savePicture(canvas, name) {
  canvas.toBlob((blob) => saveBlob(blob, name), "image/png");
}

/** Hand the visitor bytes as a file. */
export function saveBytes(bytes, type, name) {
  saveBlob(new Blob([bytes], { type }), name);
}

/** The text in lines no wider than `width` in the context's font. */
export function wrappedLines(context, text, width) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Several canvases with a line of words above each, one below the other, as one canvas. */
export function stack(pairs, theme) {
  const ratio = window.devicePixelRatio || 1;
  const [margin, line] = [16 * ratio, 30 * ratio];
  const width = Math.max(...pairs.map(([canvas]) => canvas.width)) + 2 * margin;
  const height = pairs.reduce((sum, [canvas]) => sum + canvas.height + line, 0) + 2 * margin;
  const whole = Object.assign(document.createElement("canvas"), { width, height });
  const context = whole.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, width, height);
  context.fillStyle = theme.text;
  context.font = `${16 * ratio}px ${theme.font}`;
  let above = margin;
  for (const [canvas, words] of pairs) {
    context.fillText(words, margin, above + 18 * ratio);
    context.drawImage(canvas, margin, above + line);
    above += canvas.height + line;
  }
  return whole;
}
