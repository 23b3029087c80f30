import { byId } from "../../pages/assets/shared/dom.js";
import { ask, busy } from "./asking.js";
import { failed } from "./failing.js";
import { placeUsed } from "./here.js";
import { fieldById, say } from "./page.js";
import { drawChanged } from "./showing.js";
import { show, state } from "./store.js";

/** @typedef {import("./schema.js").JobState} JobState */

/** @type {Record<string, string>} */
const DOING = {
  plan: "Running",
  compare: "Comparing",
  alternatives: "Planning",
  year: "Planning",
  publish: "Publishing",
  documents: "Writing",
  read: "Reading",
  disclose: "Looking",
};
const QUICK = 250;
const SLOW = 1500;
let followed = 0;

/** Draw what is under way. */
export function drawJob() {
  const { job } = state.desk;
  const running = job?.status === "running";
  byId("job").hidden = !running;
  for (const id of ["rerun", "near"]) fieldById(id).disabled = running;
  if (!job || !running) return;
  byId("progress").setAttribute("value", String(job.share));
  byId("job-words").textContent = `${DOING[job.kind]}: ${job.words}`;
  followed = job.number;
}

/**
 * Follow a job that was begun.
 * @param {{ job: JobState }} answer
 */
export function started({ job }) {
  state.desk.job = job;
  followed = job.number;
  placeUsed()?.after(byId("job"));
  drawJob();
  say("Working.");
}

/**
 * Ask what is under way, and show the desk anew where that ended or something was decided elsewhere.
 * @param {(job: JobState) => void} ended what happens after a job
 */
export async function pulse(ended) {
  try {
    const { n, job, changed_files: changed } = await ask("Pulse", "/api/pulse");
    const ends = followed === job?.number && job.status !== "running";
    if (n !== state.desk.n || ends) return await showAnew(ends, ended);
    state.desk.job = job;
    state.desk.changed_files = changed;
    drawJob();
    drawChanged();
  } catch (error) {
    failed(error);
  }
}

/**
 * @param {boolean} ends
 * @param {(job: JobState) => void} ended
 */
async function showAnew(ends, ended) {
  const fresh = await ask("DeskState", "/api/desk");
  const other = fresh.n !== state.desk.n && !ends;
  show(fresh);
  if (other) say("The plan was changed in another tab. It is shown as it is now.");
  if (!ends || !fresh.job) return;
  followed = 0;
  ended(fresh.job);
}

/**
 * Go on asking, more often while something is under way.
 * @param {(job: JobState) => void} ended what happens after a job
 */
export function beat(ended) {
  setTimeout(
    async () => {
      if (!busy()) await pulse(ended);
      beat(ended);
    },
    followed ? QUICK : SLOW,
  );
}
