// How much of the screen is left below what stands above the lab: all of it is to be in sight.

const UNDER = 66; // legend and scrubber
const BELOW = 12; // to the screen's lower edge
const APART = 24; // between network and picture
const LEAST_SIDE = 352; // a network that is wider than what is left is scrolled sideways

/** The picture's side in pixels where it begins `top` pixels below the page's beginning. */
export const sideFor = (screen, top) => Math.floor(screen - top - UNDER - BELOW);

/** Keeps a lab's `--room` at the side that the screen has room for below its picture's upper edge. */
export class Room {
  constructor(root, picture) {
    Object.assign(this, { root, picture, network: 0 });
    const host = root.getRootNode().host ?? root;
    this.page = host.closest('[data-testid="stMain"]');
    this.measure = () => this.fit();
    this.observer = new ResizeObserver(this.measure);
    // Whatever comes or goes above changes the height of what holds it all.
    const block = host.closest('[data-testid="stMainBlockContainer"]');
    if (block) this.observer.observe(block);
    window.addEventListener("resize", this.measure);
    this.fit();
  }

  fit() {
    const top = this.picture.getBoundingClientRect().top + (this.page?.scrollTop ?? 0);
    const beside = Math.max(LEAST_SIDE, this.root.clientWidth - APART - this.network);
    const side = `${Math.min(sideFor(window.innerHeight, top), beside)}px`;
    if (this.root.style.getPropertyValue("--room") !== side) this.root.style.setProperty("--room", side);
  }

  /** The network beside the picture needs so many pixels. */
  keep(network) {
    if (network === this.network) return;
    this.network = network;
    this.fit();
  }

  end() {
    this.observer.disconnect();
    window.removeEventListener("resize", this.measure);
  }
}
