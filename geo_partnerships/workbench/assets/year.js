import { byId, make } from "../../pages/assets/shared/dom.js";
import { ask } from "./asking.js";
import { button } from "./controls.js";
import { askAs } from "./deciding.js";
import { started } from "./job.js";
import { answerOf, fieldById, fill, say } from "./page.js";
import { show, state } from "./store.js";
import { listed, noticedParts } from "./uploading.js";

/** Send next year's list of schools, to be read and planned. */
export async function lookAtYear() {
  const file = fieldById("year-file").files?.[0];
  const ending = file && /\.[a-z]+$/.exec(file.name.toLowerCase());
  if (!file || !ending) return say("Choose a file first.", true);
  started(await ask("Started", `/api/year/schools?ending=${encodeURIComponent(ending[0])}`, file));
}

/** Show what next year's list changes, and ask whether it shall be taken. */
export async function proposeYear() {
  const found = await ask("NewYear", "/api/year");
  if (!found) return say("There is nothing to look at.", true);
  fill("#noticed", found.refused ? noticedParts(found) : []);
  if (found.refused) {
    byId("noticed").focus();
    return say("The list cannot be used; nothing was changed.", true);
  }
  byId("begin-words").textContent = found.said;
  const lists = [
    ...found.lists.map(({ words, names }) => ({ words, names })),
    { words: "To decide", names: found.decide.map(({ words }) => words) },
  ];
  const shown = lists.filter(({ names }) => names.length);
  fill(
    "#begin-lists",
    shown.flatMap(({ words, names }) =>
      listed(
        words,
        names.map((text) => make("li", { text })),
      ),
    ),
  );
  const answer = answerOf("begin", () => true);
  byId("begin-no").focus();
  say("Next year’s list was read and waits for your answer.");
  if (await answer) return begin(found.name);
  await ask("Nothing", "/api/leave", {});
  say("Left as it is; nothing was changed.");
}

/** @param {string} name */
async function begin(name) {
  show(await askAs("DeskState", "/api/year", { name, seen: state.desk.n }));
  byId("h-year").focus();
  say("Next year has begun: the plan on the desk is the new one.");
}

/**
 * Return a function that draws what has to be decided since next year's list was taken.
 * @param {(urn: string) => void} chosen what happens where a school is pressed
 * @returns {() => void}
 */
export function yearDrawer(chosen) {
  /** @param {import("./schema.js").ToDecide} row */
  function item({ urn, words }) {
    const known = urn && state.desk.schoolOf.has(urn);
    const choose = known ? [" ", button(`y${urn}`, "Choose the school", () => chosen(urn))] : [];
    return make("li", {}, [words, ...choose]);
  }
  return () => {
    const { said, decide } = state.desk.year;
    byId("year").hidden = !said;
    byId("year-words").textContent = said;
    fill("#year-decide", decide.map(item));
  };
}
