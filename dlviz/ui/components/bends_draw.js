// g(z) and its derivative over z, with the tangent where the finger is.

const BEND_EDGE = { left: 40, right: 12, top: 12, bottom: 30 };

/** Where z and values lie: {x, y, zOf}. Values from `low` to `high`. */
export function bendAxes(width, height, reach, [low, high]) {
  const [wide, tall] = [width - BEND_EDGE.left - BEND_EDGE.right, height - BEND_EDGE.top - BEND_EDGE.bottom];
  return {
    x: (z) => BEND_EDGE.left + ((z + reach) / (2 * reach)) * wide,
    y: (value) => BEND_EDGE.top + ((high - value) / (high - low)) * tall,
    zOf: (left) => ((left - BEND_EDGE.left) / wide) * 2 * reach - reach,
    low,
    high,
  };
}

function stroke(context, points, colour, thick, dash = []) {
  context.strokeStyle = colour;
  context.lineWidth = thick;
  context.setLineDash(dash);
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.stroke();
  context.setLineDash([]);
}

/** A row of values as a curve, `others` faint behind it; → the axes. */
export function drawBend(canvas, { reach, step }, values, { others, range, at, tangent, colour, theme, ratio }) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const axes = bendAxes(width, height, reach, range);
  const curve = (row) => Array.from(row, (value, place) => [axes.x(place * step - reach), axes.y(value)]);
  drawScale(context, axes, { reach, theme, width });
  context.save();
  context.beginPath();
  context.rect(BEND_EDGE.left, BEND_EDGE.top - 4, width - BEND_EDGE.left - BEND_EDGE.right, height - BEND_EDGE.top - BEND_EDGE.bottom + 8);
  context.clip();
  for (const row of others) stroke(context, curve(row), theme.line, 1.5);
  stroke(context, curve(values), colour, 4);
  const z = at * step - reach;
  if (tangent !== null) {
    const ends = [z - 1.2, z + 1.2].map((place) => [axes.x(place), axes.y(values[at] + tangent * (place - z))]);
    stroke(context, ends, theme.text, 2.5);
  }
  stroke(context, [[axes.x(z), BEND_EDGE.top], [axes.x(z), height - BEND_EDGE.bottom]], theme.muted, 1, [4, 4]);
  context.fillStyle = theme.text;
  context.beginPath();
  context.arc(axes.x(z), axes.y(values[at]), 7, 0, 2 * Math.PI);
  context.fill();
  context.restore();
  return axes;
}

function drawScale(context, axes, { reach, theme, width }) {
  context.fillStyle = theme.muted;
  context.font = `400 14px ${theme.font}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  const apart = axes.high - axes.low > 4 ? 2 : 1;
  for (let value = apart * Math.ceil(axes.low / apart) + 0; value <= axes.high; value += apart) {
    stroke(context, [[BEND_EDGE.left, axes.y(value)], [width - BEND_EDGE.right, axes.y(value)]], value ? theme.line : theme.faint, 1);
    context.fillText(String(value).replace("-", "\u2212"), BEND_EDGE.left - 8, axes.y(value));
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (let z = -reach; z <= reach; z += 2) {
    context.fillText(String(z).replace("-", "\u2212"), axes.x(z), axes.y(axes.low) + 8);
  }
  context.textBaseline = "alphabetic";
}
