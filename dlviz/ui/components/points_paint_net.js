// The network as a picture: boxes with what their units say, edges as thick as their weights.

import { prepare } from "./live_canvas.js";
import { colourAt, css } from "./scale.js";
import { paintSigned, reachOf } from "./points_field.js";
import { edgeEnds, LARGEST_BOX } from "./points_layout.js";
import { POINT_FEATURES } from "./points_net.js";

const HEAT = 20; // cells a side of a unit's picture
const STRONG = 1.5; // a weight from here on has the scale's last colours
const THICKEST = 7;

/** Thickness of an edge: it grows with |w|, ever slower. */
export const edgeWidth = (weight, thickest = THICKEST) => 0.75 + (thickest - 0.75) * (1 - Math.exp(-Math.abs(weight) / 2));

/** The colour of a weight; small ones keep enough of it to be told apart. */
export function edgeColour(table, weight) {
  const size = Math.min(1, Math.abs(weight) / STRONG);
  return css(colourAt(table, 0.5 + (Math.sign(weight) * (weight ? 0.22 + 0.78 * size : 0)) / 2));
}

/** Draws networks on one canvas; the units' pictures are kept in one small sheet. */
export class NetPainter {
  constructor(canvas) {
    this.canvas = canvas;
  }

  /**
   * `trace`: what all units say (points_field.js); `marked`: the target under the hand; `chosen`:
   * weights that the picture beside it is about.
   */
  draw({ layout, layers, trace, scene, theme, table, marked, focused, chosen = [] }) {
    const { context } = prepare(this.canvas, layout);
    const edges = [...chosen.map((place) => ({ ...place, kind: "edge" })), marked].filter((target) => target?.kind === "edge");
    this.drawEdges(context, layout, layers, { theme, table, edges });
    const columns = [trace.inputs, ...trace.passed];
    this.fillSheet(columns.flat(), trace.size, table);
    let at = 0;
    columns.forEach((values, column) => {
      values.forEach((_, unit) => {
        this.drawUnit(context, layout, { column, unit, at, layers, theme, table });
        at += 1;
      });
    });
    this.nameFeatures(context, layout, scene.features, theme);
    if (marked?.kind === "unit") this.frame(context, layout, marked, { theme, focused });
  }

  drawEdges(context, layout, layers, { theme, table, edges }) {
    const thickest = THICKEST * Math.max(0.6, Math.min(1, layout.side / LARGEST_BOX)); // many units, fine lines
    const trace = (ends) => {
      const [x0, y0, x1, y1] = ends;
      context.beginPath();
      context.moveTo(x0, y0);
      context.bezierCurveTo((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, x1, y1);
      context.stroke();
    };
    layers.forEach(({ w }, layer) => {
      w.forEach((row, to) => {
        row.forEach((weight, from) => {
          const ends = edgeEnds(layout, { layer, to, from });
          context.strokeStyle = Math.abs(weight) < 0.02 ? theme.line : edgeColour(table, weight);
          context.lineWidth = edgeWidth(weight, thickest);
          trace(ends);
        });
      });
    });
    for (const edge of edges) {
      const weight = layers[edge.layer].w[edge.to][edge.from];
      for (const [colour, more] of [[theme.text, 5], [theme.background, 2.5], [edgeColour(table, weight), 0.5]]) {
        context.strokeStyle = colour;
        context.lineWidth = edgeWidth(weight, thickest) + more;
        trace(edgeEnds(layout, edge));
      }
    }
  }

  /** All units' pictures one below the other: g(z) of each, an output's z, in the colours of its own reach. */
  fillSheet(all, size, table) {
    const stride = Math.round(size / HEAT);
    if (this.sheet?.height !== HEAT * all.length) {
      this.sheet = new OffscreenCanvas(HEAT, HEAT * all.length);
      this.pixels = new ImageData(HEAT, HEAT * all.length);
    }
    all.forEach((values, at) => {
      paintSigned(values, { size, stride, table, reach: reachOf(values) }, this.pixels.data, 4 * HEAT * HEAT * at);
    });
    this.sheet.getContext("2d").putImageData(this.pixels, 0, 0);
  }

  drawUnit(context, { side, columns }, { column, unit, at, layers, theme, table }) {
    const { x, units } = columns[column];
    const y = units[unit];
    const round = Math.min(6, side / 6);
    context.save();
    context.beginPath();
    context.roundRect(x, y, side, side, round);
    context.fillStyle = theme.background;
    context.fill();
    context.clip();
    context.drawImage(this.sheet, 0, HEAT * at, HEAT, HEAT, x, y, side, side);
    context.restore();
    context.beginPath();
    context.roundRect(x, y, side, side, round);
    context.strokeStyle = theme.dark ? "rgba(255,255,255,0.55)" : "rgba(20,24,34,0.55)";
    context.lineWidth = 1.25;
    context.stroke();
    if (column === 0) return;
    const bias = layers[column - 1].b[unit];
    const small = side > 40 ? 11 : 8;
    context.beginPath();
    context.roundRect(x - small / 2 - 1, y + side - small + 1, small, small, 2);
    context.fillStyle = edgeColour(table, bias);
    context.fill();
    context.lineWidth = 1;
    context.stroke();
  }

  nameFeatures(context, { side, columns }, features, theme) {
    context.fillStyle = theme.text;
    context.font = `500 15px ${theme.font}`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    columns[0].units.forEach((top, at) => {
      context.fillText(POINT_FEATURES[features[at]].title, columns[0].x - 7, top + side / 2);
    });
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
  }

  frame(context, { side, columns }, { layer, at }, { theme, focused }) {
    const { x, units } = columns[layer + 1];
    context.beginPath();
    context.roundRect(x - 2.5, units[at] - 2.5, side + 5, side + 5, 8);
    context.strokeStyle = focused ? theme.accent : theme.text;
    context.lineWidth = 3;
    context.stroke();
  }
}
