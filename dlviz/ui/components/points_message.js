// The one line above the network: what is under the hand, else what the run has to say.

import { DOMAIN } from "./points_net.js";
import { groupedCount, saidHere, targetText } from "./points_words.js";

/** What the open picture says of a place of the plane; "" where it says nothing. */
function saidThere({ view, views, scene }, place) {
  if (view === views.surface) return saidHere(place, scene);
  return view === views.loss ? view.said([(place[0] / DOMAIN + 1) / 2, (1 - place[1] / DOMAIN) / 2]) : "";
}

/** [words, kind]: "read" under a hand, "finding" of the babysitter, else "say". */
export function messageOf(sight) {
  const { known, data, marked, pointed, layers } = sight;
  const { frame, findings } = known;
  if (marked && layers) {
    const { back } = sight.scrubber;
    const then = back == null ? "" : ` at step ${groupedCount(back)}; the newest can be set`;
    return [`${targetText(marked, sight.scene)}${then}`, "read"];
  }
  const said = pointed && layers ? saidThere(sight, pointed) : "";
  if (said) return [said, "read"];
  if (sight.brush.full) return [sight.brush.full, "say"];
  if (frame?.message) return [frame.message, "say"];
  const [finding] = findings ?? [];
  if (finding) return [`${finding.sentence} ${finding.advice ?? ""}`, "finding"];
  return [data.slow || (data.hint ?? ""), "say"];
}
