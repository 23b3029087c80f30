/* The workbench. Whatever comes from data is shown with textContent and never as markup. */
(function () {
  "use strict";
  var token = document.querySelector("meta[name=csrf]").content;
  var desk = null, ground = null, areas = null, chosen = null, map = null, layers = {}, busy = 0, whyFor = null;
  var PIN = 26;

  function $(id) { return document.getElementById(id); }

  function make(tag, attributes, children) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (key) {
      var value = attributes[key];
      if (key === "text") node.textContent = value;
      else if (key === "on") Object.keys(value).forEach(function (event) { node.addEventListener(event, value[event]); });
      else if (key === "key") node.dataset.key = value;
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
    });
    (children || []).forEach(function (child) {
      node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    });
    return node;
  }

  function fill(node, children) { node.replaceChildren.apply(node, children); }

  function say(words, bad) {
    $("message").textContent = words;
    $("message").classList.toggle("bad", Boolean(bad));
  }

  /* Talking to the program. */
  function ask(path, body, raw) {
    var options = { headers: {}, credentials: "same-origin" };
    if (body !== undefined) {
      options.method = "POST";
      options.headers["X-CSRF-Token"] = token;
      options.headers["Content-Type"] = raw ? "application/octet-stream" : "application/json";
      options.body = raw ? body : JSON.stringify(body);
    }
    busy += 1;
    document.body.setAttribute("data-busy", busy);
    return fetch(path, options).then(function (answer) {
      return answer.json().then(function (row) {
        if (answer.ok) return row;
        throw { status: answer.status, row: row };
      });
    }, function () {
      throw { status: 0, row: { error: "The program does not answer. Is it still running? Decisions are kept." } };
    }).finally(function () {
      busy -= 1;
      document.body.setAttribute("data-busy", busy);
    });
  }

  function failed(error) {
    if (error.silent) return {};
    var row = error.row || { error: String(error) };
    say(row.error, true);
    if (row.desk) show(row.desk);
    return row;
  }

  function by() { return $("by").value.trim(); }

  /* Whoever decides first in a tab is asked who it is: true once there is a name. */
  function known() {
    if (by()) return Promise.resolve(true);
    var box = $("who"), from = document.activeElement && document.activeElement.dataset.key;
    $("who-name").value = "";
    return new Promise(function (done) {
      function end(name) {
        $("who-form").onsubmit = $("who-no").onclick = box.oncancel = null;
        box.close();
        if (name) signed(name);
        else say("Left as it is.");
        back(from);
        done(Boolean(name));
      }
      $("who-no").onclick = function () { end(""); };
      box.oncancel = function (event) { event.preventDefault(); end(""); };
      $("who-form").onsubmit = function (event) {
        event.preventDefault();
        if ($("who-name").value.trim()) end($("who-name").value.trim());
      };
      box.showModal();
      $("who-name").focus();
    });
  }
  function signed(name) {
    $("by").value = name;
    try { sessionStorage.setItem("by", name); } catch (e) { /* private windows keep nothing */ }
  }

  /* A request that is kept under a name. */
  function askAs(path, row) {
    return known().then(function (well) {
      if (!well) throw { silent: true };
      row.by = by();
      return ask(path, row);
    });
  }

  function decide(row, words) {
    row.seen = desk.n;
    return askAs("/api/decide", row).then(function (now) {
      show(now);
      say(words);
      return true;
    }, function (error) {
      if (error.status === 409 && error.row.breaks) return override(row, error.row.breaks, words);
      failed(error);
      return false;
    });
  }

  /* A decision against a rule needs the planner's word and a reason. */
  function override(row, breaks, words) {
    var box = $("ask"), from = document.activeElement && document.activeElement.dataset.key;
    fill($("ask-breaks"), breaks.map(function (text) { return make("li", { text: text }); }));
    $("ask-reason").value = row.reason || "";
    $("ask-error").textContent = "";
    return new Promise(function (done) {
      function end(answer) {
        $("ask-yes").onclick = $("ask-no").onclick = box.oncancel = null;
        box.close();
        if (!answer) {
          say("Left as it is.");
          back(from);
        }
        done(answer);
      }
      $("ask-no").onclick = function () { end(false); };
      box.oncancel = function (event) { event.preventDefault(); end(false); };
      $("ask-yes").onclick = function () {
        var reason = $("ask-reason").value.trim();
        if (!reason) {
          $("ask-error").textContent = "Give a reason.";
          $("ask-reason").focus();
          return;
        }
        end(true);
        done(decide(Object.assign({}, row, { override: true, reason: reason }), words).then(function (well) {
          back(from);
          return well;
        }));
      };
      box.showModal();
      $("ask-reason").focus();
    });
  }

  function back(key) {
    var node = key && document.querySelector('[data-key="' + CSS.escape(key) + '"]');
    if (node) node.focus({ preventScroll: true });
  }

  /* Looking things up. */
  function school(urn) {
    var row = desk.byUrn[urn];
    return row || { urn: urn, name: urn, numbers: [], held: "" };
  }
  function name(urn) { return school(urn).name; }
  function partnership(number) { return desk.byNumber[number]; }
  function title(p) { return p.number + ": " + p.name; }
  function sorted() {
    return desk.schools.slice().sort(function (a, b) { return a.name.localeCompare(b.name) || (a.urn < b.urn ? -1 : 1); });
  }

  function show(now) {
    if (desk && now.n < desk.n) return;
    var fresh = !desk || now.n !== desk.n;
    now.schools = now.schools.map(function (r) {
      return { urn: r[0], name: r[1], phase: r[2], district: r[3], numbers: r[4], leader: r[5], held: r[6] };
    });
    now.byUrn = {};
    now.byNumber = {};
    now.schools.forEach(function (s) { now.byUrn[s.urn] = s; });
    now.partnerships.forEach(function (p) { now.byNumber[p.number] = p; });
    var first = !desk;
    desk = now;
    var key = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.key : null;
    drawHead();
    drawFigures();
    drawList();
    drawSchool();
    drawLog();
    drawReplies();
    drawJob();
    if (first) drawFields();
    if (map) drawPins();
    back(key);
    if (fresh) refreshAreas();
  }

  function drawHead() {
    $("title").textContent = desk.title;
    document.title = desk.title + " – workbench";
    $("kind").textContent = desk.status === "draft" ? "Draft" : "Agreed";
    $("illustrative").hidden = !desk.illustrative;
    [["undo", desk.undo], ["redo", desk.redo]].forEach(function (pair) {
      var button = $(pair[0]), word = pair[0] === "undo" ? "Undo" : "Redo";
      button.disabled = !pair[1];
      button.setAttribute("aria-label", pair[1] ? word + ": " + pair[1] : word + " (nothing)");
      button.title = pair[1];
    });
    $("stale").hidden = desk.rules_kept;
    drawChanged();
    $("published").textContent = desk.published ? "Published in " + desk.published : "";
  }

  function drawChanged() {
    var found = desk.changed_files, words = found.data.concat(found.scenario ? [found.scenario] : []);
    $("changed").hidden = !words.length;
    $("look").hidden = !found.data.length;
    var text = words.length ? "On the disk since the plan was made: " + words.join("; ") + ". The desk works on the data that it took." : "";
    if ($("changed-words").textContent !== text) $("changed-words").textContent = text;
  }

  function drawFields() {
    fill($("fields"), ground.fields.map(function (field) {
      var value = desk.parameters[field.key], id = "field-" + field.key.replace(".", "-");
      if (field.kind === "choice") {
        return make("div", { "class": "field" }, [make("label", { "for": id, text: field.label }),
          make("select", { id: id }, field.choices.map(function (choice) {
            return make("option", { value: choice, text: choice, selected: choice === value });
          }))]);
      }
      function input(suffix, start, label) {
        return make("input", { id: id + suffix, type: "number", min: field.min, max: field.max, step: field.step || 1,
          value: start === null || start === undefined ? "" : start, "aria-label": label });
      }
      if (field.kind === "range") {
        var pair = value || ["", ""];
        return make("div", { "class": "field" }, [make("fieldset", {}, [make("legend", { text: field.label }),
          input("-least", pair[0], field.label + ", at least"), " to ", input("-most", pair[1], field.label + ", at most")])]);
      }
      return make("div", { "class": "field" }, [make("label", { "for": id, text: field.label }), input("", value)]);
    }));
    var own = ground.fields.map(function (field) { return field.key; });
    $("others").value = Object.keys(desk.changed).filter(function (key) { return own.indexOf(key) < 0; })
      .map(function (key) { return key + " = " + desk.changed[key]; }).join("\n");
  }

  /* The parameters as they stand in the form: those changed before, and those that differ from the plan's. */
  function parameters() {
    var found = {}, wrong = [];
    var own = ground.fields.map(function (field) { return field.key; });
    Object.keys(desk.changed).forEach(function (key) { if (own.indexOf(key) >= 0) found[key] = desk.changed[key]; });
    ground.fields.forEach(function (field) {
      var id = "field-" + field.key.replace(".", "-"), now = desk.parameters[field.key];
      if (field.kind === "range") {
        var least = $(id + "-least").value, most = $(id + "-most").value;
        if (!least && !most && !now) return;
        if (!least || !most) wrong.push(field.label);
        else if (!now || String(now[0]) !== least || String(now[1]) !== most) found[field.key] = "[" + least + ", " + most + "]";
        return;
      }
      var value = $(id).value;
      if (value === "") wrong.push(field.label);
      else if (value !== String(now)) found[field.key] = field.kind === "choice" ? JSON.stringify(value) : value;
    });
    $("others").value.split("\n").forEach(function (line) {
      var at = line.indexOf("=");
      if (!line.trim()) return;
      if (at < 0) wrong.push(line.trim());
      else found[line.slice(0, at).trim()] = line.slice(at + 1).trim();
    });
    return { found: found, wrong: wrong };
  }

  function drawFigures() {
    fill(document.querySelector("#figures tbody"), desk.figures.map(function (row) {
      return make("tr", {}, [make("th", { scope: "row", text: row[0] })].concat(row.slice(1).map(function (cell) {
        return make("td", { text: cell });
      })));
    }));
    $("proof").textContent = desk.proof;
    var broken = desk.checks.filter(function (c) { return !c[1] && c[2]; });
    var rest = desk.checks.filter(function (c) { return broken.indexOf(c) < 0; });
    fill($("checks"), broken.concat(rest).map(function (c) {
      var word = c[1] ? "Kept" : c[2] ? "Broken" : "Note";
      return make("li", { "class": word === "Broken" ? "broken" : null }, [make("strong", { text: word }), " " + c[0] + ": " + c[3]]);
    }));
  }

  function chip(number) {
    var colour = areas ? areas.colours[number] : undefined;
    return make("span", { "class": "chip c" + (colour === undefined ? 4 : colour), text: number });
  }

  function drawList() {
    var open = {};
    document.querySelectorAll("#list details").forEach(function (d) { open[d.dataset.number] = d.open; });
    fill($("list"), desk.partnerships.map(function (p) {
      var box = make("details", { "class": "partnership", "data-number": p.number, open: Boolean(open[p.number]) }, [
        make("summary", { key: "p" + p.number }, [chip(p.number), " " + p.name + " ",
          make("span", { "class": "quiet", text: p.words })]),
        make("ul", { "class": "members" }, p.members.map(function (m) {
          var s = school(m[0]);
          return make("li", {}, [
            make("button", { type: "button", key: "m" + p.number + "-" + s.urn, text: s.name,
              "class": s.urn === chosen ? "chosen" : null, on: { click: function () { choose(s.urn, true); } } }),
            make("span", { text: (s.urn === p.centre ? "centre" : m[1]) + (s.held ? ", " + s.held : "") })
          ]);
        })),
        p.unnamed ? make("p", { text: "and " + p.unnamed + " more without a name" }) : make("span"),
        make("button", { type: "button", key: "lock-p" + p.number, text: p.locked ? "Unlock this partnership" : "Lock this partnership",
          on: { click: function () {
            decide({ action: p.locked ? "unlock" : "lock", to: String(p.number) },
              (p.locked ? "Unlocked partnership " : "Locked partnership ") + title(p) + ".");
          } } })
      ]);
      return box;
    }));
    fill($("names"), sorted().map(function (s) { return make("option", { value: s.name + " (" + s.urn + ")" }); }));
  }

  /* One school: what it is, and all that can be decided about it. */
  function choose(urn, focus) {
    if (!desk.byUrn[urn]) return;
    chosen = urn;
    whyFor = null;
    drawList();
    drawSchool();
    drawPins();
    if (focus) {
      $("school").focus({ preventScroll: true });
      $("school").scrollIntoView({ block: "nearest" });
    }
    say(name(urn) + " is chosen.");
  }

  function option(value, text) { return make("option", { value: value, text: text }); }

  /* What was typed or picked for a school and not yet decided stays with that school. */
  var typed = {}, drawn = null;
  function keepTyped() {
    if (drawn === null) return;
    var found = typed[drawn] = {};
    $("school").querySelectorAll("select[data-key], input[data-key]").forEach(function (n) { found[n.dataset.key] = n.value; });
  }
  /* Once it is decided, the form is empty again. */
  function cleared(urn, keys) {
    return function (well) {
      if (!well) return;
      keys.forEach(function (key) {
        if (typed[urn]) delete typed[urn][key];
        var node = drawn === urn && document.querySelector('#school [data-key="' + key + '"]');
        if (node && node.tagName === "SELECT") node.selectedIndex = 0;
        else if (node) node.value = "";
      });
    };
  }

  function drawSchool() {
    var box = $("school");
    if (!chosen || !desk.byUrn[chosen]) return fill(box, []);
    var s = school(chosen), homes = s.numbers, notes = [];
    var strands = homes.map(function (n) { return partnership(n).strand; });
    var others = desk.partnerships.filter(function (p) { return homes.indexOf(p.number) < 0; });
    others.sort(function (p, q) { // those of its own kind first
      return (strands.indexOf(q.strand) >= 0) - (strands.indexOf(p.strand) >= 0) || p.number - q.number;
    });
    keepTyped();
    var kept = typed[chosen] || {};
    function line(children) { return make("div", { "class": "row" }, children); }
    notes.push(make("h3", { text: s.name }));
    notes.push(make("p", { text: [s.urn, s.phase, s.district, s.leader ? "system leader" : "", s.held].filter(Boolean).join(" · ") }));
    notes.push(make("p", { text: homes.length ? "In partnership " + homes.map(function (n) { return title(partnership(n)); }).join(" and ")
      : "In none of the partnerships" }));
    notes.push(line([make("label", { "for": "to", text: "Move to…" }), make("select", { id: "to", key: "to" }, others.map(function (p) {
      return option(p.number, title(p));
    })), make("button", { type: "button", key: "move", text: "Move", on: { click: function () {
      if ($("to").value) moveTo(s.urn, $("to").value);
    } } })]));
    homes.forEach(function (n) {
      var locked = s.held === "locked";
      notes.push(line([
        make("button", { type: "button", key: "lock" + n, text: (locked ? "Unlock" : "Lock in partnership " + n), on: { click: function () {
          decide({ action: locked ? "unlock" : "lock", school: s.urn, to: String(n) },
            (locked ? "Unlocked " : "Locked ") + s.name + ".");
        } } }),
        make("button", { type: "button", key: "why" + n, text: "Why here" + (homes.length > 1 ? " in " + n : "") + "?", on: { click: function () { why(s.urn, n); } } })
      ]));
    });
    notes.push(make("div", { id: "why", "aria-live": "polite" }));
    var more = make("details", { key: "more", open: Boolean(box.querySelector("details[open]")) }, [make("summary", { text: "More decisions", key: "more-summary" }),
      line([make("label", { "for": "veto", text: "Never in" }), make("select", { id: "veto", key: "veto" }, others.map(function (p) {
        return option(p.number, title(p));
      })), make("button", { type: "button", key: "veto-go", text: "Keep out", on: { click: function () {
        decide({ action: "veto", school: s.urn, to: $("veto").value, reason: $("why-reason").value }, "Kept " + s.name + " out of partnership " + $("veto").value + " from the next run on.").then(cleared(s.urn, ["veto", "why-reason"]));
      } } })]),
      line([make("label", { "for": "mate", text: "With" }), make("select", { id: "mate", key: "mate" }, sorted().filter(function (o) {
        return o.urn !== s.urn && o.numbers.length;
      }).map(function (o) { return option(o.urn, o.name); }))].concat([["together", "Together"], ["apart", "Apart"], ["neither", "Neither"]].map(function (pair) {
        return make("button", { type: "button", key: "link-" + pair[0], text: pair[1], on: { click: function () {
          decide({ action: "link", schools: [s.urn, $("mate").value], to: pair[0], reason: $("why-reason").value }, pair[1] + ": " + s.name + " and " + name($("mate").value) + ", from the next run on.").then(cleared(s.urn, ["mate", "why-reason"]));
        } } });
      }))),
      line([make("label", { "for": "why-reason", text: "Reason or comment" }), make("input", { id: "why-reason", key: "why-reason", maxlength: 2000 }),
        make("button", { type: "button", key: "comment", text: "Comment", on: { click: function () {
          if (!$("why-reason").value.trim()) return say("Write the comment first.", true);
          decide({ action: "comment", school: s.urn, reason: $("why-reason").value }, "Comment kept.").then(cleared(s.urn, ["why-reason"]));
        } } })]),
      line([make("label", { "for": "answer", text: "Reply" }), make("select", { id: "answer", key: "answer" },
        ["content", "wants to discuss", "no reply"].map(function (word) { return option(word, word); })),
      make("label", { "for": "answered", text: "on" }), make("input", { id: "answered", key: "answered", type: "date" }),
      make("button", { type: "button", key: "reply", text: "Keep reply", on: { click: function () {
        decide({ action: "reply", school: s.urn, to: $("answer").value, date: $("answered").value, reason: $("why-reason").value }, "Reply of " + s.name + " kept.").then(cleared(s.urn, ["answer", "answered", "why-reason"]));
      } } })])
    ]);
    notes.push(more);
    var said = desk.comments.filter(function (c) { return c[1] === s.urn; });
    if (said.length) notes.push(make("ul", {}, said.map(function (c) { return make("li", { text: c[2] + " (" + c[3] + ")" }); })));
    fill(box, notes);
    drawn = chosen;
    Object.keys(kept).forEach(function (key) {
      var node = box.querySelector('[data-key="' + key + '"]');
      if (node && (node.tagName !== "SELECT" || Array.from(node.options).some(function (o) { return o.value === kept[key]; }))) node.value = kept[key];
    });
    if (whyFor && whyFor.urn === s.urn && whyFor.n === desk.n) drawWhy(whyFor.rows);
  }

  function moveTo(urn, number) {
    var p = partnership(number);
    return decide({ action: "move", school: urn, to: String(number) }, name(urn) + " is now in partnership " + title(p) + ".");
  }

  function why(urn, number) {
    ask("/api/why?school=" + encodeURIComponent(urn) + "&partnership=" + number).then(function (rows) {
      whyFor = { urn: urn, n: desk.n, rows: rows };
      if (urn === chosen) drawWhy(rows);
    }, failed);
  }

  function drawWhy(rows) {
    var box = $("why");
    if (!box) return;
    if (!rows.length) return fill(box, [make("p", { text: "There is no other partnership of this kind for it." })]);
    fill(box, [make("p", { text: "Its cheapest alternatives, everything else as it is, those that keep every rule first:" }), make("ol", {}, rows.map(function (r) {
      var cost = (r[2] >= 0 ? "+" : "−") + Math.abs(r[2]).toLocaleString("en-GB") + " m";
      return make("li", {}, ["Partnership " + r[0] + ": " + r[1] + ", " + cost + ". ",
        r[3].length ? make("span", { "class": "broken", text: "Would break: " + r[3].join("; ") + "." })
          : make("span", { text: r[2] > 0 ? "No rule forbids it; it is only dearer." : "No rule forbids it." })]);
    }))]);
  }

  function drawLog() {
    fill(document.querySelector("#decisions tbody"), desk.decisions.map(function (d) {
      var reason = [d.reason].concat(d.breaks.length ? ["Breaks " + d.breaks.join("; ")] : []).filter(Boolean).join(" — ");
      return make("tr", {}, [make("td", { text: d.n }), make("td", { text: d.when.replace("T", " ").slice(0, 16) }),
        make("td", { text: d.by }), make("td", { text: d.words }), make("td", { text: reason })]);
    }));
    fill($("findings"), desk.findings.map(function (text) { return make("li", { text: text }); }));
  }

  function drawReplies() {
    var r = desk.replies;
    $("reply-words").textContent = r.words;
    function item(row) {
      var words = row[1] === "no reply" ? "" : ": " + [row[1], row[2], row[3]].filter(Boolean).join(", ");
      return make("li", {}, [make("button", { type: "button", key: "r" + row[0], text: name(row[0]), on: { click: function () { choose(row[0], true); } } }),
        make("span", { text: words })]);
    }
    $("missing").className = $("replied").className = "members";
    fill($("missing"), r.rows.filter(function (row) { return row[1] === "no reply"; }).map(item));
    fill($("replied"), r.rows.filter(function (row) { return row[1] !== "no reply"; }).map(item));
  }

  /* What is under way. */
  var followed = 0;
  function drawJob() {
    var job = desk.job, running = job && job.status === "running";
    $("job").hidden = !running;
    $("rerun").disabled = Boolean(running);
    if (running) {
      $("progress").value = job.share;
      $("job-words").textContent = { plan: "Running", compare: "Comparing", publish: "Publishing", read: "Reading", disclose: "Looking" }[job.kind] + ": " + job.words;
      followed = job.number;
    }
  }
  function ended(job) {
    followed = 0;
    if (job.status !== "done") return say(job.words, job.status === "failed");
    if (job.kind === "plan") {
      drawFields();
      say("Run again: the plan on the desk is the new one.");
    }
    if (job.kind === "publish") say($("published").textContent + ".");
    if (job.kind === "disclose") return ask("/api/disclosure").then(publishSeen, failed);
    if (job.kind === "read") return ask("/api/proposed").then(drawProposed, failed);
    if (job.kind === "compare") ask("/api/compared").then(drawCompared, failed);
    if (job.kind !== "compare") refreshComparable();
  }
  function publishSeen(found) {
    if (!window.confirm(found.sentences.concat("Publish for the public?").join("\n\n"))) return say("Not published.");
    askAs("/api/publish", { audience: "public", disclosed: found.digest }).then(started, failed);
  }
  function pulse() {
    return ask("/api/pulse").then(function (now) {
      var job = now.job;
      var ends = job && followed === job.number && job.status !== "running";
      if (now.n !== desk.n || ends) {
        return ask("/api/desk").then(function (fresh) {
          var other = fresh.n !== desk.n && !ends;
          show(fresh);
          drawJob();
          if (other) say("The plan was changed in another tab. It is shown as it is now.");
          if (ends) ended(fresh.job);
        });
      }
      desk.job = job;
      desk.changed_files = now.changed_files;
      drawJob();
      drawChanged();
    }).catch(failed);
  }
  function beat() {
    setTimeout(function () {
      (busy ? Promise.resolve() : pulse()).then(beat, beat);
    }, followed ? 250 : 1500);
  }
  function started(answer) {
    desk.job = answer.job;
    followed = answer.job.number;
    drawJob();
    say("Working.");
  }

  function drawCompared(found) {
    if (!found) return;
    $("compared").hidden = false;
    $("side-a").textContent = found.titles[0];
    $("side-b").textContent = found.titles[1];
    fill(document.querySelector("#compared-figures tbody"), found.figures.map(function (row) {
      return make("tr", {}, [make("th", { scope: "row", text: row[0] }), make("td", { text: row[1] }), make("td", { text: row[2] })]);
    }));
    $("compared-moved").textContent = found.words;
    fill($("compared-list"), found.moved.map(function (m) {
      return make("li", { text: m[1] + ": " + (m[2].join(" and ") || "none") + " → " + (m[3].join(" and ") || "none") });
    }));
    $("h-compared").focus();
    say("Compared.");
  }
  function refreshComparable() {
    return ask("/api/comparable").then(function (rows) {
      ["a", "b"].forEach(function (id, at) {
        var before = $(id).value;
        fill($(id), rows.map(function (row) { return option(row[0], row[1]); }));
        $(id).value = rows.some(function (row) { return row[0] === before; }) ? before : rows[Math.min(at, rows.length - 1)][0];
      });
    }, failed);
  }

  /* The map. */
  function drawMap() {
    map = L.map("map", Object.assign({ zoomSnap: 0.25, maxZoom: 18, attributionControl: false }, window.geoPartnerships.motion()));
    map.fitBounds(ground.bounds, { padding: [8, 8], animate: false });
    [["ground", 210], ["areas", 320], ["lines", 340], ["spokes", 360], ["labels", 390]].forEach(function (pane) {
      map.createPane(pane[0]).style.zIndex = pane[1];
      if (pane[0] !== "areas") map.getPane(pane[0]).style.pointerEvents = "none";
    });
    window.geoPartnerships.context(map, ground.context, []);
    layers.areas = L.layerGroup().addTo(map);
    layers.pins = L.layerGroup().addTo(map);
    map.on("zoomend", drawPins);
    $("attributions").textContent = ground.attributions.join(". ");
  }

  function refreshAreas() {
    ask("/api/areas").then(function (found) {
      if (found.n !== desk.n) return;
      areas = found;
      areas.shapes = [];
      layers.areas.clearLayers();
      found.areas.forEach(function (row) {
        if (!row[2].length) return;
        var rings = row[2], colours = ground.palette[row[1]];
        areas.shapes.push({ number: row[0], rings: rings });
        L.polygon(rings, { pane: "areas", color: colours[2], weight: 1.6, fillColor: colours[0], fillOpacity: 0.26, interactive: false })
          .addTo(layers.areas);
      });
      drawPins();
      var key = document.activeElement && document.activeElement.dataset.key;
      drawList();
      back(key);
    }, failed);
  }

  function drawPins() {
    if (!map || !desk) return;
    var shown = desk.schools.filter(function (s) { return ground.places[s.urn]; });
    var points = shown.map(function (s) { return map.latLngToLayerPoint(ground.places[s.urn]); });
    var moved = window.geoPartnerships.partPins(points, PIN - 4);
    var focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.urn : null;
    layers.pins.clearLayers();
    layers.byUrn = {};
    shown.forEach(function (s, i) {
      var number = s.numbers[0], p = partnership(number), colour = areas && areas.colours[number];
      var centre = p && p.centre === s.urn;
      var colours = number === undefined ? "" : " c" + (colour === undefined ? 4 : colour);
      var dot = make("span", { "class": "dot" + colours + (centre ? " centre" : "") + (s.leader ? " leader" : "") +
        (number === undefined ? " none" : "") + (s.held ? " locked" : "") + (s.urn === chosen ? " chosen" : ""), text: s.numbers.join(",") || "–" });
      var at = map.layerPointToLatLng(moved[i]);
      var marker = L.marker(at, { draggable: true, autoPan: true, riseOnHover: true, icon: L.divIcon({ className: "pin", html: dot,
        iconSize: [PIN, PIN], iconAnchor: [PIN / 2, PIN / 2] }) });
      marker.on("add", function () {
        marker.getElement().setAttribute("aria-label", s.name + ", " + (s.numbers.length ? "partnership " + s.numbers.join(" and ") : "in none of the partnerships") +
          (s.held ? ", " + s.held : ""));
        marker.getElement().dataset.urn = s.urn;
      });
      marker.bindTooltip(function () { return make("span", { text: s.name }); }, { direction: "top", offset: [0, -12] });
      marker.on("click", function () { choose(s.urn, false); });
      marker.on("keypress", function (e) { if (e.originalEvent.key === "Enter") choose(s.urn, true); });
      marker.on("dragend", function () {
        var to = under(marker.getLatLng(), s.urn);
        marker.setLatLng(at);
        if (to === null) return say("Drop the pin on another partnership to move the school.");
        if (s.numbers.indexOf(to) >= 0) return say(s.name + " stays where it is.");
        chosen = s.urn;
        moveTo(s.urn, to).then(drawPins);
      });
      layers.byUrn[s.urn] = marker;
      marker.addTo(layers.pins);
    });
    if (focused && layers.byUrn[focused]) layers.byUrn[focused].getElement().focus({ preventScroll: true });
  }

  /* The partnership where a pin was dropped: that of a pin under it, else that of the area. */
  function under(latlng, urn) {
    var place = map.latLngToLayerPoint(latlng), nearest = null, least = PIN * 0.8;
    Object.keys(layers.byUrn).forEach(function (other) {
      var far = map.latLngToLayerPoint(layers.byUrn[other].getLatLng()).distanceTo(place);
      if (other !== urn && far < least && school(other).numbers.length) {
        nearest = school(other).numbers[0];
        least = far;
      }
    });
    if (nearest !== null) return nearest;
    var found = (areas ? areas.shapes : []).filter(function (shape) { return inside(latlng, shape.rings); })[0];
    return found ? found.number : null;
  }
  function inside(point, rings) {
    var odd = false;
    rings.forEach(function (ring) {
      for (var i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        var a = ring[i], b = ring[j];
        if ((a[0] > point.lat) !== (b[0] > point.lat) && point.lng < (b[1] - a[1]) * (point.lat - a[0]) / (b[0] - a[0]) + a[1]) odd = !odd;
      }
    });
    return odd;
  }

  /* Forms. */
  function on(id, event, act) {
    $(id).addEventListener(event, function (e) {
      e.preventDefault();
      act(e);
    });
  }
  on("undo", "click", function () { decide({ action: "undo" }, "Taken back."); });
  on("redo", "click", function () { decide({ action: "redo" }, "Done again."); });
  on("parameters", "submit", function () {
    var asked = parameters();
    if (asked.wrong.length) return say("Fill in: " + asked.wrong.join("; "), true);
    askAs("/api/rerun", { seen: desk.n, parameters: asked.found }).then(started, function (error) {
      var row = failed(error);
      if (row.rows) say(row.rows.map(function (r) { return (r[2] ? r[2] + ": " : "") + r[3] + " " + r[4]; }).join(" "), true);
    });
  });
  on("cancel", "click", function () { ask("/api/cancel", {}).then(pulse, failed); });
  on("save", "submit", function () {
    if (!$("save-name").value.trim()) return say("Give the scenario a name first.", true);
    askAs("/api/save", { to: $("save-name").value.trim() }).then(function (answer) {
      show(answer.desk);
      refreshComparable();
      say(answer.words);
    }, failed);
  });
  on("compare", "submit", function () {
    ask("/api/compare", { a: $("a").value, b: $("b").value }).then(started, failed);
  });
  on("publish", "submit", function () {
    var audience = $("audience").value;
    (audience === "public" ? ask("/api/disclose", {}) : askAs("/api/publish", { audience: audience })).then(started, failed);
  });
  on("find", "change", function () {
    var text = $("find").value.trim(), match = /\(([^()]+)\)$/.exec(text);
    var found = match && desk.byUrn[match[1]] ? match[1] : null;
    if (!found) {
      var near = sorted().filter(function (s) { return text && s.name.toLowerCase().indexOf(text.toLowerCase()) >= 0; })[0];
      found = near ? near.urn : null;
    }
    if (!found) return say("No school has that name.", true);
    $("find").value = "";
    choose(found, true);
    if (ground.places[found] && !map.getBounds().contains(ground.places[found])) map.panTo(ground.places[found], { animate: false });
  });
  on("upload", "submit", function () {
    var file = $("file").files[0], ending = file && /\.[a-z]+$/.exec(file.name.toLowerCase());
    if (!file || !ending) return say("Choose a file that ends in .csv or .xlsx.", true);
    ask("/api/upload/" + $("part").value + "?ending=" + encodeURIComponent(ending[0]), file, true).then(started, failed);
  });
  on("look", "click", function () { ask("/api/refresh", {}).then(started, failed); });

  /* Data that were read and might be taken: before and after, and a question. */
  function sentence(r) {
    var where = [r[1] === null ? "" : "row " + r[1], r[2]].filter(Boolean).join(", ");
    return make("li", { "class": r[0] === "error" ? "broken" : null, text: r[0] + (where ? ", " + where : "") + ": " + r[3] + " " + r[4] });
  }
  function listed(words, items) {
    return [make("h3", { text: words + " (" + items.length + ")" }), make("ul", {}, items.map(function (item) {
      return typeof item === "string" ? make("li", { text: item }) : item;
    }))];
  }
  function drawProposed(found) {
    if (!found) return say("There is nothing to look at.", true);
    var rest = found.noticed_in_all - found.noticed.length;
    var noticed = found.noticed.length ? listed("What was noticed", found.noticed.map(sentence))
      .concat(rest ? [make("p", { text: "… and " + rest + " more." })] : []) : [];
    if (found.refused) {
      fill($("noticed"), noticed);
      $("noticed").focus();
      return say("The file cannot be used; nothing was changed.", true);
    }
    fill($("noticed"), []);
    var box = $("take");
    fill(document.querySelector("#take-rows tbody"), found.rows.map(function (row) {
      return make("tr", { "class": row[1] !== row[2] ? "differs" : null }, [make("th", { scope: "row", text: row[0] }),
        make("td", { text: row[1].toLocaleString("en-GB") }), make("td", { text: row[2].toLocaleString("en-GB") }),
        make("td", { text: row[1] === row[2] ? "same" : (row[2] > row[1] ? "+" : "−") + Math.abs(row[2] - row[1]).toLocaleString("en-GB") })]);
    }));
    fill($("take-lists"), found.lists.reduce(function (all, pair) { return all.concat(listed(pair[0], pair[1])); }, []).concat(noticed));
    $("take-yes").onclick = function () {
      box.close();
      askAs("/api/take", { seen: desk.n, name: found.name }).then(function (now) {
        show(now);
        $("file").value = "";
        say("Taken. The next run reads it.");
      }, failed);
    };
    function leave() {
      box.close();
      ask("/api/leave", {}).then(function () { say("Left as it is; nothing was changed."); }, failed);
    }
    $("take-no").onclick = leave;
    box.oncancel = function (event) { event.preventDefault(); leave(); };
    box.showModal();
    $("take-no").focus();
    say("The data were read and wait for your answer.");
  }
  $("by").addEventListener("change", function () { signed(by()); });
  try { $("by").value = sessionStorage.getItem("by") || ""; } catch (e) { /* the same */ }

  Promise.all([ask("/api/ground"), ask("/api/desk")]).then(function (both) {
    ground = both[0];
    drawMap();
    show(both[1]);
    document.body.setAttribute("data-ready", "yes");
    refreshComparable();
    beat();
  }).catch(failed);
})();
