// The canvases of a dream: the picture at a step, and the curve of what it is answered.

const AXIS = { left: 44, bottom: 26, top: 10, right: 10 };
const FILM_SIDE = 320;
const FILM_LINE = 34;

/** "0", "0.94", "11.7", "123". */
export function dreamNumber(value) {
  if (value === 0) return "0";
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 1 ? value.toFixed(1) : value.toPrecision(2);
}

/** What the picture at a place of the film is answered. */
export function dreamText(scene, at) {
  const answer = scene.share ? `${(100 * scene.answers[at]).toFixed(1)} %` : dreamNumber(scene.answers[at]);
  return `Step ${scene.steps[at]} of ${scene.planned} · ${scene.what}: ${answer}`;
}

/** The same beside the strongest real picture, where that is known. */
export function dreamBeside(scene, at) {
  if (!scene.strongest) return "";
  const times = scene.answers[at] / scene.strongest;
  return `${dreamNumber(times)} × the strongest real picture (${dreamNumber(scene.strongest)})`;
}

/** A picture of the sheet, `side` pixels wide, hard edges. */
export function drawDream(context, { image, sheet }, at, [x, y, side]) {
  const { across, width, height } = sheet;
  context.imageSmoothingEnabled = side < width;
  const from = [(at % across) * width, Math.floor(at / across) * height, width, height];
  context.drawImage(image, ...from, x, y, side, (side * height) / width);
}

/** Where things lie on the curve: {x(step), y(value), highest, lowest}. */
export function dreamAxes(scene, width, height) {
  const known = [...scene.answers, scene.strongest ?? 0, 0];
  const [highest, lowest] = [Math.max(...known, 1e-6), Math.min(...known)];
  const [wide, high] = [width - AXIS.left - AXIS.right, height - AXIS.top - AXIS.bottom];
  return {
    highest,
    lowest,
    x: (step) => AXIS.left + (step / Math.max(1, scene.planned)) * wide,
    y: (value) => AXIS.top + (1 - (value - lowest) / (highest - lowest)) * high,
  };
}

/** The place of the film nearest to a point of the curve. */
export function dreamAt(scene, axes, x) {
  const far = scene.steps.map((step) => Math.abs(axes.x(step) - x));
  return far.indexOf(Math.min(...far));
}

/** Answers by step, the strongest real picture's as a dashed line, a mark where one is. */
export function drawCurve(canvas, scene, at, theme, ratio) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  [canvas.width, canvas.height] = [width * ratio, height * ratio].map(Math.round);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const axes = dreamAxes(scene, width, height);
  const line = (points, colour, thick, dash = []) => {
    context.strokeStyle = colour;
    context.lineWidth = thick;
    context.setLineDash(dash);
    context.beginPath();
    for (const point of points) context.lineTo(...point);
    context.stroke();
    context.setLineDash([]);
  };
  context.font = `400 14px ${theme.font}`;
  context.fillStyle = theme.muted;
  const ends = [[axes.x(0), axes.y(0)], [axes.x(scene.planned), axes.y(0)]];
  line(ends, theme.faint, 1);
  context.textAlign = "right";
  const number = (value) => (scene.share ? `${Math.round(100 * value)} %` : dreamNumber(value));
  context.fillText("0", AXIS.left - 6, axes.y(0) + 5);
  const silent = Math.max(...scene.answers, scene.strongest ?? 0) <= 0;
  if (!silent) context.fillText(number(axes.highest), AXIS.left - 6, axes.y(axes.highest) + 8);
  context.textAlign = "center";
  context.fillText("step", axes.x(scene.planned / 2), height - 6);
  context.textAlign = "right";
  context.fillText(String(scene.planned), axes.x(scene.planned), height - 6);
  if (scene.strongest) {
    const y = axes.y(scene.strongest);
    line([[axes.x(0), y], [axes.x(scene.planned), y]], theme.muted, 2, [6, 5]);
    context.fillText("strongest real picture", axes.x(scene.planned) - 4, y + (y > 40 ? -6 : 18));
  }
  line(scene.steps.map((step, place) => [axes.x(step), axes.y(scene.answers[place])]), theme.accent, 3);
  context.fillStyle = theme.accent;
  context.beginPath();
  context.arc(axes.x(scene.steps[at]), axes.y(scene.answers[at]), 6, 0, 2 * Math.PI);
  context.fill();
}

/** The picture with a line of words below: a frame of the film, or a picture to keep. */
export function drawDreamFrame(canvas, scene, pictures, at, theme) {
  const high = Math.round((FILM_SIDE * pictures.sheet.height) / pictures.sheet.width);
  if (canvas.width !== FILM_SIDE) Object.assign(canvas, { width: FILM_SIDE, height: high + FILM_LINE });
  const context = canvas.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  drawDream(context, pictures, at, [0, 0, FILM_SIDE]);
  context.fillStyle = theme.text;
  context.font = `600 15px ${theme.font}`;
  context.fillText(dreamText(scene, at), 4, high + 23, FILM_SIDE - 8);
}
