/* The map of all schools and the search over them: no library, and no request but for scripts beside this page. */
import { resultWords } from "../../pages/assets/shared/results.js";
(function () {
  "use strict";
  var data = window.atlasData, root = document.currentScript.src.replace(/assets\/[^/]*$/, "");
  var FILL = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#55636b"];
  var NONE = 7, waiting = {}, held = {};

  /* Scripts that hand over data, each loaded once. */
  function load(kind, number, file, then) {
    var key = kind + number;
    if (held[key]) { then(held[key]); return; }
    if (waiting[key]) { waiting[key].push(then); return; }
    waiting[key] = [then];
    var script = document.createElement("script");
    script.src = root + file;
    script.onerror = function () { delete waiting[key]; script.remove(); };
    document.head.appendChild(script);
  }
  function receive(kind) {
    return function (number, value) {
      var key = kind + number, calls = waiting[key] || [];
      held[key] = value;
      delete waiting[key];
      calls.forEach(function (then) { then(value); });
    };
  }
  window.atlas = { names: receive("n"), shard: receive("s") };

  /* Unpack: places, and for each school its authority, colour and centre school. */
  var bytes = atob(data.places), count = bytes.length / 4;
  var east = new Float64Array(count), north = new Float64Array(count), colour = new Uint8Array(count);
  var group = new Int32Array(count), area = new Uint16Array(count), placed = new Uint8Array(count), order = [];
  var groups = [], areas = [], at = 0;
  function place(i) {
    var x = bytes.charCodeAt(4 * i) | bytes.charCodeAt(4 * i + 1) << 8;
    var y = bytes.charCodeAt(4 * i + 2) | bytes.charCodeAt(4 * i + 3) << 8;
    placed[i] = x || y ? 1 : 0;
    east[i] = data.corner[0] + x * data.step;
    north[i] = data.corner[1] + y * data.step;
  }
  data.authorities.forEach(function (entry, a) {
    var first = at, sum = [0, 0, 0];
    function take(size, tint, number) {
      var g = -1;
      if (number) { g = groups.length; groups.push({ number: number, centre: at, last: at + size, area: a, at: groups.length }); }
      for (var end = at + size; at < end; at++) {
        place(at);
        colour[at] = tint;
        group[at] = g;
        area[at] = a;
        if (placed[at]) { sum[0] += east[at]; sum[1] += north[at]; sum[2]++; }
      }
    }
    var before = groups.length;
    entry[2].forEach(function (p) { take(p[1], p[2] % 7, p[0]); });
    take(entry[3], NONE, 0);
    areas.push({ key: entry[0], name: entry[1], first: first, groups: before, x: sum[0] / sum[2], y: sum[1] / sum[2], schools: at - first });
  });
  for (var i = 0; i < count; i++) if (placed[i]) order.push(i);
  order.sort(function (a, b) { return colour[a] - colour[b] || a - b; });

  /* Places in cells of five kilometres, for drawing what is in sight and finding what is pointed at. */
  var CELL = 5000, cells = new Map();
  function cellKey(x, y) { return Math.floor(x / CELL) * 4096 + Math.floor(y / CELL); }
  order.forEach(function (i) {
    var key = cellKey(east[i], north[i]), list = cells.get(key);
    if (list) list.push(i); else cells.set(key, [i]);
  });
  function inSight(west, south, right, top) {
    if ((right - west) * (top - south) > 400 * CELL * CELL) return order;
    var found = [];
    for (var x = Math.floor(west / CELL); x <= Math.floor(right / CELL); x++) {
      for (var y = Math.floor(south / CELL); y <= Math.floor(top / CELL); y++) {
        var list = cells.get(x * 4096 + y);
        if (list) for (var j = 0; j < list.length; j++) found.push(list[j]);
      }
    }
    return found.sort(function (a, b) { return colour[a] - colour[b] || a - b; });
  }

  var canvas = document.getElementById("map"), pen = canvas.getContext("2d");
  var told = document.getElementById("told"), wide = 0, high = 0, ratio = 1, asked = false, chosen = -1;
  var view = { x: 0, y: 0, scale: 1 };
  var ends = order.reduce(function (b, i) {
    return [Math.min(b[0], east[i]), Math.min(b[1], north[i]), Math.max(b[2], east[i]), Math.max(b[3], north[i])];
  }, [Infinity, Infinity, -Infinity, -Infinity]);
  if (!order.length) ends = [0, 0, 1000, 1000];
  var CLOSEST = 0.4, farthest = 1;

  function whole() {
    var across = Math.max(ends[2] - ends[0], 1000), up = Math.max(ends[3] - ends[1], 1000);
    farthest = Math.max(across / Math.max(wide - 40, 50), up / Math.max(high - 40, 50));
    view = { x: (ends[0] + ends[2]) / 2, y: (ends[1] + ends[3]) / 2, scale: farthest };
    ask();
  }
  function size() {
    var box = canvas.getBoundingClientRect(), first = !wide;
    ratio = Math.min(window.devicePixelRatio || 1, 2);
    wide = box.width;
    high = box.height;
    canvas.width = Math.round(wide * ratio);
    canvas.height = Math.round(high * ratio);
    if (first) whole(); else ask();
  }
  function ask() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(function () { asked = false; draw(); });
  }
  function draw() {
    var s = view.scale, left = view.x - wide / 2 * s, top = view.y + high / 2 * s;
    var found = inSight(left - 3000, top - high * s - 3000, left + wide * s + 3000, top + 3000);
    var dot = s > 400 ? 1.6 : s > 150 ? 2.2 : s > 60 ? 3 : s > 25 ? 4.5 : s > 10 ? 6.5 : 9, j, i, c;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, wide, high);
    if (s < 60) {
      pen.lineWidth = 1;
      pen.strokeStyle = "rgba(28,39,44,.45)";
      pen.beginPath();
      for (j = 0; j < found.length; j++) {
        i = found[j];
        if (group[i] < 0) continue;
        c = groups[group[i]].centre;
        if (c === i || !placed[c]) continue;
        pen.moveTo((east[i] - left) / s, (top - north[i]) / s);
        pen.lineTo((east[c] - left) / s, (top - north[c]) / s);
      }
      pen.stroke();
    }
    var tint = -1;
    for (j = 0; j < found.length; j++) {
      i = found[j];
      if (colour[i] !== tint) {
        if (tint >= 0 && s < 60) pen.fill();
        tint = colour[i];
        pen.fillStyle = FILL[tint];
        if (s < 60) pen.beginPath();
      }
      var x = (east[i] - left) / s, y = (top - north[i]) / s;
      if (s >= 60) pen.fillRect(x - dot / 2, y - dot / 2, dot, dot);
      else { pen.moveTo(x + dot / 2, y); pen.arc(x, y, dot / 2, 0, 6.2832); }
    }
    if (tint >= 0 && s < 60) pen.fill();
    label(s, left, top);
    if (chosen >= 0) {
      pen.strokeStyle = "#111";
      pen.lineWidth = 2.5;
      pen.beginPath();
      pen.arc((east[chosen] - left) / s, (top - north[chosen]) / s, dot / 2 + 4, 0, 6.2832);
      pen.stroke();
    }
  }
  function label(s, left, top) {
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineWidth = 3;
    pen.strokeStyle = "rgba(255,255,255,.9)";
    pen.fillStyle = "#111";
    var boxes = [];
    function put(text, x, y) {
      var half = text.length * 3.6 + 4;
      if (x < -half || y < -10 || x > wide + half || y > high + 10) return;
      for (var k = 0; k < boxes.length; k++) {
        if (Math.abs(boxes[k][0] - x) < boxes[k][2] + half && Math.abs(boxes[k][1] - y) < 15) return;
      }
      boxes.push([x, y, half]);
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    }
    if (s < 60) {
      pen.font = "700 12px system-ui, sans-serif";
      groups.forEach(function (g) {
        if (placed[g.centre]) put(String(g.number), (east[g.centre] - left) / s, (top - north[g.centre]) / s - 12);
      });
    } else {
      pen.font = "600 12px system-ui, sans-serif";
      areas.slice().sort(function (a, b) { return b.schools - a.schools; }).forEach(function (a) {
        if (a.x === a.x) put(a.name, (a.x - left) / s, (top - a.y) / s);
      });
    }
  }

  function zoom(factor, px, py) {
    var s = Math.min(Math.max(view.scale * factor, CLOSEST), farthest * 1.5);
    var dx = (px === undefined ? 0 : px - wide / 2), dy = (py === undefined ? 0 : py - high / 2);
    view.x += dx * (view.scale - s);
    view.y -= dy * (view.scale - s);
    view.scale = s;
    ask();
  }
  function nearest(px, py) {
    var s = view.scale, x = view.x + (px - wide / 2) * s, y = view.y - (py - high / 2) * s, reach = 12 * s;
    var found = inSight(x - reach, y - reach, x + reach, y + reach), best = -1, least = reach * reach;
    for (var j = 0; j < found.length; j++) {
      var dx = east[found[j]] - x, dy = north[found[j]] - y, d = dx * dx + dy * dy;
      if (d <= least) { least = d; best = found[j]; }
    }
    return best;
  }
  function link(text, href) {
    var to = document.createElement("a");
    to.href = href;
    to.textContent = text;
    return to;
  }
  function tell(i) {
    chosen = i;
    ask();
    if (i < 0) { told.hidden = true; return; }
    var a = area[i], home = areas[a];
    load("n", a, data.names[a], function (names) {
      if (chosen !== i) return;
      var school = names[1][i - home.first], g = group[i] >= 0 ? groups[group[i]] : null, stem = home.key + "/partnerships/";
      told.textContent = "";
      told.appendChild(link(school[0], home.key + "/schools/" + school[1] + ".html"));
      if (g) told.appendChild(link("Partnership " + g.number + ": " + names[0][g.at - home.groups], stem + (g.number < 10 ? "0" : "") + g.number + ".html"));
      told.appendChild(link(home.name, home.key + "/index.html"));
      told.hidden = false;
    });
  }

  var fingers = new Map(), moved = 0, apart = 0;
  function spot(e) { var box = canvas.getBoundingClientRect(); return [e.clientX - box.left, e.clientY - box.top]; }
  canvas.addEventListener("pointerdown", function (e) {
    canvas.setPointerCapture(e.pointerId);
    fingers.set(e.pointerId, spot(e));
    moved = 0;
    apart = 0;
  });
  canvas.addEventListener("pointermove", function (e) {
    var before = fingers.get(e.pointerId), now = spot(e);
    if (!before) return;
    fingers.set(e.pointerId, now);
    if (fingers.size === 2) {
      var both = Array.from(fingers.values()), d = Math.hypot(both[0][0] - both[1][0], both[0][1] - both[1][1]);
      if (apart) zoom(apart / Math.max(d, 1), (both[0][0] + both[1][0]) / 2, (both[0][1] + both[1][1]) / 2);
      apart = d;
      moved = 99;
      return;
    }
    moved += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
    view.x -= (now[0] - before[0]) * view.scale;
    view.y += (now[1] - before[1]) * view.scale;
    ask();
  });
  function lift(e) {
    if (fingers.delete(e.pointerId) && e.type === "pointerup" && moved < 5) { var p = spot(e); tell(nearest(p[0], p[1])); }
  }
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("wheel", function (e) {
    e.preventDefault();
    var p = spot(e);
    zoom(Math.exp(Math.max(-60, Math.min(60, e.deltaY)) * 0.004), p[0], p[1]);
  }, { passive: false });
  canvas.addEventListener("dblclick", function (e) { var p = spot(e); zoom(0.4, p[0], p[1]); });
  canvas.addEventListener("keydown", function (e) {
    var step = 60 * view.scale, keys = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (keys[e.key]) { view.x += keys[e.key][0]; view.y += keys[e.key][1]; ask(); }
    else if (e.key === "+" || e.key === "=") zoom(0.7);
    else if (e.key === "-") zoom(1 / 0.7);
    else if (e.key === "0") whole();
    else if (e.key === "Enter") tell(nearest(wide / 2, high / 2));
    else if (e.key === "Escape") tell(-1);
    else return;
    e.preventDefault();
  });
  document.getElementById("nearer").addEventListener("click", function () { zoom(0.6); });
  document.getElementById("farther").addEventListener("click", function () { zoom(1 / 0.6); });
  document.getElementById("whole").addEventListener("click", whole);
  window.addEventListener("resize", size);
  size();

  /* Search: the rarest beginning that was typed names the script; the other words narrow what it holds. */
  var MOST = 12, box = document.getElementById("search"), input = box.querySelector("input");
  var list = box.querySelector("ul"), status = box.querySelector("[role=status]"), latest = 0;
  function plain(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/['\u2018\u2019\u201b\u02bc\u0060\u00b4]/g, "")
      .replace(/&/g, " and ").replace(/[^\p{L}\p{N}]+/gu, " ").replace(/\bsaint\b/g, "st").trim();
  }
  function beginning(word) {
    for (var n = word.length; n >= 2; n--) if (data.index[word.slice(0, n)] !== undefined) return word.slice(0, n);
    return "";
  }
  function search() {
    var turn = ++latest, words = plain(input.value).split(" ").filter(Boolean);
    var found = words.map(beginning).filter(Boolean).sort(function (a, b) { return b.length - a.length; });
    if (!found.length) {
      show([], words.length ? (input.value.trim().length < 2 ? "" : "Nothing found: try another word of the name, or a postcode district such as N12.") : "");
      return;
    }
    var number = data.index[found[0]];
    load("s", number, data.shards[number], function (shard) {
      if (turn !== latest) return;
      var exact = words.join(" "), rows = shard[1].filter(function (row) {
        row[5] = row[5] || " " + plain([row[0], row[1], areas[row[2]].name, row[4]].join(" "));
        return words.every(function (w) { return row[5].indexOf(" " + w) >= 0; });
      });
      rows.sort(function (a, b) { return (b[5].indexOf(exact) === 1) - (a[5].indexOf(exact) === 1); });
      var more = shard[0] > shard[1].length ? " Type more to see others." : "";
      show(rows, rows.length ? resultWords(rows.length) + "." + more
        : "Nothing found: try part of a name, or a postcode district such as N12." + more);
    });
  }
  function show(rows, words) {
    list.textContent = "";
    rows.slice(0, MOST).forEach(function (row) {
      var home = areas[row[2]], item = document.createElement("li"), detail = document.createElement("span");
      var to = link(row[0], home.key + "/schools/" + row[4] + ".html");
      detail.textContent = [row[1], home.name, row[3] ? "partnership " + row[3] : "in none of the partnerships"].filter(Boolean).join(" · ");
      to.appendChild(document.createElement("br"));
      to.appendChild(detail);
      item.appendChild(to);
      list.appendChild(item);
    });
    list.hidden = !rows.length;
    status.textContent = words;
  }
  input.addEventListener("input", search);
  box.addEventListener("keydown", function (e) {
    var links = Array.from(list.querySelectorAll("a")), now = links.indexOf(document.activeElement);
    if (e.key === "ArrowDown" && links.length) { e.preventDefault(); links[Math.min(now + 1, links.length - 1)].focus(); }
    else if (e.key === "ArrowUp" && now >= 0) { e.preventDefault(); (now ? links[now - 1] : input).focus(); }
    else if (e.key === "Escape") { input.value = ""; search(); input.focus(); }
    else if (e.key === "Enter" && document.activeElement === input && links.length) { e.preventDefault(); links[0].click(); }
  });
  if (input.value) search();
})();
