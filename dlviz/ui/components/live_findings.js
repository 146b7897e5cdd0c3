// The babysitter: what it sees as a row of cards, one of them open. Nothing moves when they come.

// A small curve for each diagnosis, in a box of 24×24.
const ICONS = {
  diverging: "M3 18 L9 16 L14 11 L18 2",
  slow: "M3 7 L21 10",
  overfitting: "M3 5 C8 16 14 19 21 20 M3 5 C8 13 13 11 21 4",
  underfitting: "M3 5 C7 9 12 10 21 10 M3 8 C7 12 12 13 21 13",
  dead_relus: "M3 19 L21 19 M8 6 L16 14 M16 6 L8 14",
  vanishing: "M4 21 L4 19 M10 21 L10 16 M16 21 L16 10 M21 21 L21 3",
  exploding: "M4 21 L4 3 M10 21 L10 10 M16 21 L16 16 M21 21 L21 19",
  silent_class: "M4 5 L20 5 L20 15 L11 15 L7 20 L7 15 L4 15 Z M3 21 L21 3",
};
const WARNING = "M12 3 L22 20 L2 20 Z M12 9 L12 14 M12 17 L12 18";
const NAMESPACE = "http://www.w3.org/2000/svg";

function icon(name) {
  const drawing = document.createElementNS(NAMESPACE, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(NAMESPACE, "path");
  path.setAttribute("d", ICONS[name] ?? WARNING);
  drawing.append(path);
  return drawing;
}

/** Which card is open: the one chosen as long as it is there, else the first. */
export function openFinding(findings, chosen) {
  return findings.find(({ name }) => name === chosen) ?? findings[0] ?? null;
}

/** Cards in `part.findings`, the open one's words in `part.sentence` and `part.advice`. */
export class Babysitter {
  constructor(part) {
    this.part = part;
    this.findings = [];
    this.chosen = null;
  }

  /** `calm`: what is said when there is nothing to tell; `well`: that is good news. */
  update(findings, calm, well) {
    this.calm = calm;
    this.well = well;
    const names = findings.map(({ name }) => name).join();
    const changed = names !== this.names;
    this.names = names;
    this.findings = findings;
    if (changed) this.rebuild();
    this.write();
  }

  rebuild() {
    const cards = this.findings.map(({ name, title }) => {
      const card = document.createElement("button");
      card.type = "button";
      card.className = "card";
      card.dataset.name = name;
      card.append(icon(name), title);
      card.onclick = () => {
        this.chosen = name;
        this.write();
      };
      return card;
    });
    this.part.findings.replaceChildren(...cards);
  }

  write() {
    const { part, findings } = this;
    const open = openFinding(findings, this.chosen);
    part.babysitter.dataset.mood = open ? "worried" : this.calm && this.well ? "calm" : "silent";
    part.findings.hidden = !open;
    for (const card of part.findings.children) card.setAttribute("aria-pressed", String(card.dataset.name === open?.name));
    const say = (name, text) => {
      if (part[name].textContent !== text) part[name].textContent = text;
    };
    say("sentence", open ? open.sentence : this.calm);
    say("advice", open ? open.advice : "");
  }
}
