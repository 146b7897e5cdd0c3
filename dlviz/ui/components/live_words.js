// What the live view says: numbers and sentences from a frame. Nothing here touches the page.

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const THIN = "\u202f"; // a narrow space that does not break
const HUGE = 1e4; // from here on a loss is written with a power of ten
const FEW_STEPS = 10; // a run of less is too short to judge
const FINAL_STATES = ["done", "stopped", "failed"];

/** 4589.2 → "4 589". */
export const thousandsText = (count) => Math.round(count).toLocaleString("en").replaceAll(",", THIN);

/** 0.1234 → "12.3 %". */
export const percentText = (share) => `${(100 * share).toFixed(1)} %`;

/** 75.4 → "1:15". */
export function clockText(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Seconds that are left, no more exact than they are known: 41.7 → "≈ 40 s left". */
export function leftText(seconds) {
  if (seconds < 9.5) return `≈ ${Math.max(1, Math.round(seconds))} s left`;
  if (seconds < 57.5) return `≈ ${5 * Math.round(seconds / 5)} s left`;
  if (seconds < 3570) return `≈ ${Math.round(seconds / 60)} min left`;
  return `≈ ${Number((seconds / 3600).toFixed(1))} h left`;
}

/** −3 → "10⁻³". */
export function powerText(exponent) {
  if (exponent === 0) return "1";
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[digit]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** A number of any size in two digits: 0.0312 → "0.031", 0.00012 → "1.2 × 10⁻⁴", null → "–". */
export function sizeText(value) {
  if (value == null) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size >= 0.01 && size < 1000) return sign + String(Number(size.toPrecision(2)));
  const [digits, exponent] = size.toExponential(1).split("e");
  const power = powerText(Number(exponent));
  return sign + (digits === "1.0" ? power : `${Number(digits)}${THIN}×${THIN}${power}`);
}

/** A learning rate as it was typed: 0.001, 1e-5. */
export const rateText = (rate) => (rate > 0 && rate < 1e-4 ? sizeText(rate) : String(Number(rate.toPrecision(3))));

/** The loss: in full up to 10⁴, beyond it in two digits and a power of ten. */
export function lossText(loss) {
  if (!Number.isFinite(loss)) return "no number";
  return Math.abs(loss) < HUGE ? loss.toFixed(3) : sizeText(loss);
}

/** A number at the loss axis; of two digits wherever it is a multiple of a round step. */
export const tickText = (value) => (Math.abs(value) < HUGE ? String(value) : sizeText(value));

/** What is taken, "" if not known: of a GPU's memory, on the CPU what the whole server has. */
export function memoryText(bytes, device) {
  if (!bytes) return "";
  const mega = bytes / 2 ** 20;
  const size = mega < 1000 ? `${Math.round(mega)} MB` : `${(mega / 1024).toFixed(1)} GB`;
  return device?.startsWith("CPU") ? `server ${size}` : size;
}

/** A probability that is never rounded up to certainty: 0.9996 → "99.9 %". */
export function confidenceText(share) {
  return share > 0.99 ? `${(Math.floor(share * 1000) / 10).toFixed(1)} %` : `${Math.round(100 * share)} %`;
}

const countedText = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

/** The steps that an axis shows of all there are. */
export const stepsText = (last, total) => (last < total ? `${last} of ${total} steps` : countedText(last, "step"));

/** Which colour of the first-layer filters is which weight; "" without filters. */
export function limitText(filters) {
  if (!filters) return "";
  const { limit, channels } = filters;
  const most = limit >= 0.01 && limit < 1000 ? limit.toFixed(2) : sizeText(limit);
  return channels === 3 ? `grey is 0, full colour ±${most}` : `blue −${most} … orange +${most}`;
}

/** The line above the views, part by part. How long it will take is known only while it runs. */
export function lineTexts(frame) {
  const going = frame.state === "running" && frame.remaining != null;
  const left = going ? ` · ${leftText(frame.remaining)}` : "";
  return {
    series: frame.runs > 1 ? `run ${frame.run} of ${frame.runs}` : "",
    place: `step ${frame.step} of ${frame.total} · epoch ${frame.epoch.toFixed(2)} of ${frame.epochs}`,
    time: `${clockText(frame.elapsed)} elapsed${left}`,
    speed: frame.throughput ? `${thousandsText(frame.throughput)} images/s` : "",
    memory: memoryText(frame.memory, frame.device),
    device: frame.device ?? "",
  };
}

/** "batch 0.123 · held-out 0.456": the newest of both curves. */
export function newestText(step, score, column, write) {
  const parts = [step && `batch ${write(step[column])}`, score && `held-out ${write(score[column])}`];
  return parts.filter(Boolean).join(" · ");
}

/**
 * What the babysitter says when it has nothing to tell: calm only after it has seen enough.
 * `verdict`: what the held-out pictures told last, null before.
 */
export function calmText(frame, watched, verdict) {
  if (!frame || !watched || ["queued", "failed"].includes(frame.state)) return "";
  const { state, step, total } = frame;
  const ended = FINAL_STATES.includes(state);
  if (step === 0) return total === 0 && !ended ? "Preparing the data …" : "";
  if (!ended) return seenEnough(frame, verdict) ? "Nothing to worry about so far." : "";
  if (step < FEW_STEPS) return `Only ${countedText(step, "step")}: too few to judge; train for more epochs or with smaller batches.`;
  if (!verdict) return `Stopped after ${step} steps, before held-out pictures were judged: too early to judge.`;
  return "Nothing to worry about at the end.";
}

/** Whether the silence of the babysitter means that all is well. */
export function seenEnough({ state, step, total }, verdict) {
  return Boolean(verdict) && (FINAL_STATES.includes(state) ? step : total) >= FEW_STEPS;
}

/** What stands in a view that has nothing to show yet. */
export function emptyText(frame, live, what) {
  if (!live) return `${what} measured while a run trains: press Start.`;
  return FINAL_STATES.includes(frame?.state) ? "The run ended before this was measured." : `${what} measured after the first steps.`;
}
