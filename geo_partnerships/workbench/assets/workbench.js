/* The workbench. Whatever comes from data is shown as text and never as markup. */
import { byId } from "../../pages/assets/shared/dom.js";
import { drawAlternatives, showAlternatives, workOut } from "./alternatives.js";
import { ask } from "./asking.js";
import { drawCompared, refreshComparable } from "./comparing.js";
import { askAs, decide, useName } from "./deciding.js";
import { DeskMap } from "./deskmap.js";
import { failed } from "./failing.js";
import { drawFields, parameters } from "./form.js";
import { watchControls } from "./here.js";
import { beat, drawJob, pulse, started } from "./job.js";
import { listDrawer } from "./list.js";
import { fieldById, focusedKey, refocus, say, when } from "./page.js";
import { drawSchool } from "./school.js";
import { changesDrawer, drawFigures, drawHead, drawLog, repliesDrawer } from "./showing.js";
import { readReplies, writeDocuments } from "./replying.js";
import { drawSeveral, toggleSchool, useSeveral } from "./several.js";
import { byName, choose, schoolOf, several, show, state, whenChosen, whenShown } from "./store.js";
import { lookAtDisk, propose, upload } from "./uploading.js";
import { forgetWhy } from "./why.js";
import { lookAtYear, proposeYear, yearDrawer } from "./year.js";

/**
 * Choose a school, and go to it where the focus should.
 * @param {string} urn
 * @param {boolean} focus
 */
function pick(urn, focus) {
  if (!state.desk.schoolOf.has(urn)) return;
  if (several.on) return toggleSchool(urn);
  forgetWhy();
  choose(urn);
  if (focus) {
    byId("school").focus({ preventScroll: true });
    byId("school").scrollIntoView({ block: "nearest" });
  }
  say(`${schoolOf(urn).name} is chosen.`);
}

/** @param {import("./schema.js").JobState} job */
function ended({ status, kind, words }) {
  if (status !== "done") return say(words, status === "failed");
  if (kind === "plan") {
    drawFields();
    say(`Run again: the plan on the desk is the new one. ${state.desk.changes.words}`.trim());
  }
  if (kind === "publish" || kind === "documents") say(`${byId("published").textContent}.`);
  if (kind === "disclose") publishSeen().catch(failed);
  if (kind === "read") propose().catch(failed);
  if (kind === "year") proposeYear().catch(failed);
  if (kind === "compare") drawCompared();
  if (kind === "alternatives") showAlternatives().then(refreshComparable);
  if (kind === "plan" || kind === "publish") refreshComparable();
}

/** @param {boolean} [near] whether as few schools as can be shall change */
async function rerun(near = false) {
  const { found, wrong } = parameters();
  if (wrong.length) return say(`Fill in: ${wrong.join("; ")}`, true);
  try {
    started(await askAs("Started", "/api/rerun", { seen: state.desk.n, parameters: found, near }));
  } catch (error) {
    const { rows } = failed(error);
    const sentences = rows?.map(({ field, message, fix }) => `${field ? `${field}: ` : ""}${message} ${fix}`);
    if (sentences) say(sentences.join(" "), true);
  }
}

async function save() {
  const name = fieldById("save-name").value.trim();
  if (!name) return say("Give the scenario a name first.", true);
  const { desk, words } = await askAs("Saved", "/api/save", { to: name });
  show(desk);
  refreshComparable();
  say(words);
}

async function compare() {
  started(await ask("Started", "/api/compare", { a: fieldById("a").value, b: fieldById("b").value }));
}

async function publish() {
  const audience = fieldById("audience").value;
  if (audience === "public") return started(await ask("Started", "/api/disclose", {}));
  started(await askAs("Started", "/api/publish", { audience }));
}

/** Publish for the public once the planner has seen what that gives away. */
async function publishSeen() {
  const found = await ask("Disclosed", "/api/disclosure");
  if (!found) return say("There is nothing to look at.", true);
  const { sentences, digest } = found;
  if (!confirm([...sentences, "Publish for the public?"].join("\n\n"))) return say("Not published.");
  started(await askAs("Started", "/api/publish", { audience: "public", disclosed: digest }));
}

async function cancel() {
  await ask("Nothing", "/api/cancel", {});
  await pulse(ended);
}

/** @param {DeskMap} map */
function find(map) {
  const text = fieldById("find").value.trim();
  const urn = /\(([^()]+)\)$/.exec(text)?.[1];
  const near = byName(state.desk.schools).find(({ name }) => text && name.toLowerCase().includes(text.toLowerCase()));
  const found = urn && state.desk.schoolOf.has(urn) ? urn : near?.urn;
  if (!found) return say("No school has that name.", true);
  fieldById("find").value = "";
  pick(found, true);
  map.reveal(found);
}

/** @param {DeskMap} map */
function useForms(map) {
  useSeveral();
  when("undo", "click", () => decide({ action: "undo" }, "Taken back."));
  when("redo", "click", () => decide({ action: "redo" }, "Done again."));
  when("parameters", "submit", () => rerun());
  when("near", "click", () => rerun(true));
  when("cancel", "click", () => cancel().catch(failed));
  when("save", "submit", () => save().catch(failed));
  when("compare", "submit", () => compare().catch(failed));
  when("alternatives-form", "submit", () => workOut().catch(failed));
  when("publish", "submit", () => publish().catch(failed));
  when("find", "change", () => find(map));
  when("replies-form", "submit", () => readReplies().catch(failed));
  when("documents", "submit", () => writeDocuments().catch(failed));
  when("year-form", "submit", () => lookAtYear().catch(failed));
  when("upload", "submit", () => upload().catch(failed));
  when("look", "click", () => lookAtDisk().catch(failed));
}

async function open() {
  useName();
  watchControls();
  const [ground, desk] = await Promise.all([ask("DeskGround", "/api/ground"), ask("DeskState", "/api/desk")]);
  state.ground = ground;
  show(desk);
  drawFields();
  const map = new DeskMap(pick);
  const drawList = listDrawer((urn) => pick(urn, true));
  byId("only-todo").addEventListener("change", drawList);
  /** @param {boolean} fresh */
  async function drawAreas(fresh) {
    map.drawPins();
    if (!fresh || !(await map.refreshAreas())) return;
    const key = focusedKey();
    drawList();
    refocus(key);
  }
  whenShown(...[repliesDrawer, changesDrawer, yearDrawer].map((drawer) => drawer((urn) => pick(urn, true))));
  whenShown(drawHead, drawFigures, drawList, drawSchool, drawLog, drawJob, drawAreas, drawSeveral, drawAlternatives);
  whenChosen(drawList, drawSeveral, drawSchool, () => map.drawPins());
  show(desk);
  drawAreas(true);
  useForms(map);
  document.body.setAttribute("data-ready", "yes");
  refreshComparable();
  beat(ended);
}

open().catch(failed);
