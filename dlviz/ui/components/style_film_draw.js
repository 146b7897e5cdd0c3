// What stands beside an imitation: the sum of its losses, and their curves on a scale of powers.

const STYLE_AXIS = { left: 62, bottom: 26, top: 12, right: 12 };
const STYLE_LEAST = 1e-3; // of the scale; what is less lies on its lowest line
const STYLE_FRAME = 320;
const STYLE_LINE = 34;
// Okabe and Ito's blue and orange, the orange darker on white, where it is text.
const STYLE_INKS = {
  light: { content: "#0072b2", style: "#b35900" },
  dark: { content: "#56b4e9", style: "#e69f00" },
};

/** The two curves' colours. */
export function styleInks(theme) {
  return STYLE_INKS[theme.dark ? "dark" : "light"];
}

/** "0", "0.0140", "1.31", "46.5". */
export function styleNumber(value) {
  if (value === 0) return "0";
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) < 5e-5 ? value.toExponential(0) : value.toPrecision(3);
}

/** Step and what is left of the style loss at a place of the film. */
export function styleText(scene, at) {
  const step = scene.steps[at];
  const [first, now] = [scene.losses[0][1], scene.losses[step][1]];
  const left = first > 0 ? `: ${((100 * now) / first).toFixed(1)} % of the style loss left` : "";
  return `Step ${step} of ${scene.planned}${left}`;
}

/** The sum at a place of the film, row by row: {name, weight, loss, product}, the total last. */
export function styleSum(scene, at) {
  const parts = scene.losses[scene.steps[at]];
  const rows = ["content", "style", "roughness"].map((name, part) => ({
    name,
    weight: scene.weights[part],
    loss: parts[part],
    product: scene.weights[part] * parts[part],
  }));
  return { rows, total: rows.reduce((sum, row) => sum + row.product, 0) };
}

/** Where things lie on the chart: {x(step), y(loss), highest}, `highest` a power of ten. */
export function styleAxes(scene, width, height) {
  const most = Math.max(...scene.losses.flatMap(([content, style]) => [content, style]), 1);
  const highest = 10 ** Math.ceil(Math.log10(most) - 1e-9);
  const [wide, high] = [width - STYLE_AXIS.left - STYLE_AXIS.right, height - STYLE_AXIS.top - STYLE_AXIS.bottom];
  const decades = Math.log10(highest / STYLE_LEAST);
  return {
    highest,
    x: (step) => STYLE_AXIS.left + (step / Math.max(1, scene.planned)) * wide,
    y: (loss) => STYLE_AXIS.top + (Math.log10(highest / Math.max(loss, STYLE_LEAST)) / decades) * high,
  };
}

/** The place of the film nearest to a point of the chart. */
export function styleAt(scene, axes, x) {
  const far = scene.steps.map((step) => Math.abs(axes.x(step) - x));
  return far.indexOf(Math.min(...far));
}

/** Content dashed, style solid, by step; a mark where one is. */
export function drawStyleCurves(canvas, scene, at, theme, ratio) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  [canvas.width, canvas.height] = [width * ratio, height * ratio].map(Math.round);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const axes = styleAxes(scene, width, height);
  const line = (points, colour, thick, dash = []) => {
    Object.assign(context, { strokeStyle: colour, lineWidth: thick });
    context.setLineDash(dash);
    context.beginPath();
    for (const point of points) context.lineTo(...point);
    context.stroke();
    context.setLineDash([]);
  };
  context.font = `400 14px ${theme.font}`;
  for (let power = axes.highest; power >= STYLE_LEAST * 0.99; power /= 10) {
    line([[axes.x(0), axes.y(power)], [axes.x(scene.planned), axes.y(power)]], theme.line, 1);
    Object.assign(context, { fillStyle: theme.muted, textAlign: "right" });
    const least = power < STYLE_LEAST * 1.01 ? "≤ " : "";
    context.fillText(`${least}${Number(power.toPrecision(1))}`, STYLE_AXIS.left - 6, axes.y(power) + 5);
  }
  Object.assign(context, { fillStyle: theme.muted, textAlign: "center" });
  context.fillText("loss by step, a line for each power of ten", axes.x(scene.planned / 2), height - 6);
  const inks = styleInks(theme);
  for (const [part, name] of ["content", "style"].entries()) {
    const points = scene.losses.map((loss, step) => [axes.x(step), axes.y(loss[part])]);
    line(points, inks[name], 3, part ? [] : [7, 4]);
    Object.assign(context, { fillStyle: inks[name], textAlign: "right" });
    const [edge, level] = points.at(-1);
    context.fillText(name, Math.max(edge - 10, STYLE_AXIS.left + 60), level - 12);
    const here = scene.steps[at];
    context.beginPath();
    context.arc(axes.x(here), axes.y(scene.losses[here][part]), 6, 0, 2 * Math.PI);
    context.fill();
  }
}

/** The picture with a line of words below: a frame of the film. */
export function drawStyleFrame(canvas, scene, images, at, theme) {
  if (canvas.width !== STYLE_FRAME) Object.assign(canvas, { width: STYLE_FRAME, height: STYLE_FRAME + STYLE_LINE });
  const context = canvas.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(images[at], 0, 0, STYLE_FRAME, STYLE_FRAME);
  context.fillStyle = theme.text;
  context.font = `600 15px ${theme.font}`;
  context.fillText(styleText(scene, at), 4, STYLE_FRAME + 23, STYLE_FRAME - 8);
}
