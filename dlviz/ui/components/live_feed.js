// The WebSocket of a run, and what has been heard of it so far.

const RETRIES = 3; // failed connections in a row, then the page falls back to reruns
const GONE = 4404; // the job is no longer there: the page has to look what there is instead
const RETRY_MS = 400;
export const NEWEST = ["filters", "health", "verdict", "findings"]; // null in a frame: no news

/** What a viewer knows of a run before the first frame. */
export function nothingYet() {
  return { frame: null, steps: [], scores: [], filters: null, health: null, verdict: null, findings: null };
}

/** A curve after one more frame: its last point may have grown, so the frame says what stays. */
function grown(points, kept, added) {
  return [...points.slice(0, kept ?? points.length), ...(added ?? [])];
}

/**
 * What is known after one more frame; → the names of what has changed, null for a late frame.
 * Recorded runs and frames of another age lack some of it.
 */
export function absorb(known, frame) {
  if (!frame.reset && known.frame && frame.sequence < known.frame.sequence) return null;
  if (frame.reset) Object.assign(known, nothingYet());
  known.steps = grown(known.steps, frame.kept?.[0], frame.steps);
  known.scores = grown(known.scores, frame.kept?.[1], frame.scores);
  known.frame = frame;
  const changed = NEWEST.filter((name) => frame.reset || frame[name] != null);
  for (const name of changed) known[name] = frame[name] ?? null;
  return ["curves", ...changed];
}

/** Frames of a job, until it is gone. `hear(frame)`; `give up(job)` when it cannot be reached. */
export class Feed {
  constructor(hear, giveUp) {
    this.hear = hear;
    this.giveUp = giveUp;
    this.failures = 0;
  }

  connect({ job, token, session, path }) {
    this.failures = 0;
    const { protocol, host } = window.location;
    const query = new URLSearchParams({ job, token });
    if (session) query.set("session", session);
    this.job = job;
    this.address = `${protocol === "https:" ? "wss:" : "ws:"}//${host}${path}?${query}`;
    this.open();
  }

  open() {
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.onmessage = (event) => {
      this.failures = 0;
      this.hear(JSON.parse(event.data));
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.failures += 1;
      if (code === GONE || this.failures > RETRIES) this.giveUp(this.job);
      else this.timer = setTimeout(() => this.open(), RETRY_MS * this.failures);
    };
  }

  disconnect() {
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
  }
}
