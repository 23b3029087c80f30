import { ask } from "./asking.js";
import { askAs, named } from "./deciding.js";
import { started } from "./job.js";
import { fieldById, fill, say } from "./page.js";
import { show, state } from "./store.js";
import { noticedParts } from "./uploading.js";
import { failed } from "./failing.js";

/** Read a filled-in workbook of replies, say what is new in it, and take that if it is wanted. */
export async function readReplies() {
  const file = fieldById("replies-file").files?.[0];
  const ending = file && /\.[a-z]+$/.exec(file.name.toLowerCase());
  if (!file || !ending) return say("Choose a file first.", true);
  const path = `/api/replies?ending=${encodeURIComponent(ending[0])}`;
  try {
    const { words, number } = await ask("RepliesRead", path, file);
    fill("#noticed", []);
    if (!number) return say(words);
    if (!confirm(`${words}\n\nTake them?`)) return say("Left as it is; nothing was changed.");
    const who = encodeURIComponent(await named());
    const taken = await ask("RepliesRead", `${path}&seen=${state.desk.n}&by=${who}`, file);
    if (taken.desk) show(taken.desk);
    fieldById("replies-file").value = "";
    say(`Taken: ${words}`);
  } catch (error) {
    const { rows, rows_in_all: all } = failed(error);
    if (rows) fill("#noticed", noticedParts({ noticed: rows, noticed_in_all: all ?? rows.length }));
  }
}

/** Have the documents written. */
export async function writeDocuments() {
  started(await askAs("Started", "/api/documents", {}));
}
