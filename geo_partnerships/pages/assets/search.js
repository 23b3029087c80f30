/* Search by school, postcode district or partnership, with a live list of results. */
(function () {
  "use strict";
  var MOST = 12;
  var box = document.getElementById("search");
  if (!box) return;
  var input = box.querySelector("input"), list = box.querySelector("ul"), status = box.querySelector("[role=status]");
  var block = document.getElementById("page_data");
  var entries = block ? JSON.parse(block.textContent).search : [];
  if (window.geoPartnerships) {
    Object.keys(geoPartnerships.maps).slice(0, 1).forEach(function (id) {
      entries = geoPartnerships.maps[id].entries().concat(entries);
    });
  }

  function plain(text) {
    return text.normalize("NFKD").replace(/[\u0300-\u036f\u2019'`.]/g, "").toLowerCase()
      .replace(/\bsaint\b/g, "st").replace(/[^a-z0-9]+/g, " ").trim();
  }
  var names = entries.map(function (e) { return " " + plain(e[0]); });
  var keys = entries.map(function (e) { return " " + plain(e[0] + " " + e[1]); });
  var raw = entries.map(function (e) { return (e[0] + " " + e[1]).toLowerCase(); });

  /* How well an entry fits, 0 best and 9 not at all. */
  function rank(i, words, typed) {
    function all(text) {
      return words.length > 0 && words.every(function (w) { return text.indexOf(" " + w) >= 0; });
    }
    var whole = " " + words.join(" ");
    if (words.length && names[i] === whole) return 0;
    if (words.length && (names[i] + " ").indexOf(whole + " ") === 0) return 1;
    if (words.length && names[i].indexOf(whole) === 0) return 2;
    return all(names[i]) ? 3 : all(keys[i]) ? 4 : raw[i].indexOf(typed) >= 0 ? 5 : 9;
  }
  function find(query) {
    var words = plain(query).split(" ").filter(Boolean), typed = query.trim().toLowerCase();
    if (!typed) return [];
    return entries.map(function (entry, i) {
      return { entry: entry, rank: rank(i, words, typed) };
    }).filter(function (f) { return f.rank < 9; }).sort(function (a, b) { return a.rank - b.rank; });
  }

  function show() {
    var found = find(input.value);
    list.textContent = "";
    found.slice(0, MOST).forEach(function (f) {
      var item = document.createElement("li"), to = document.createElement("a"), kind = document.createElement("span");
      to.href = f.entry[2];
      to.textContent = f.entry[0];
      kind.textContent = f.entry[1];
      to.appendChild(document.createElement("br"));
      to.appendChild(kind);
      to.addEventListener("click", function (e) {
        if (f.entry[2].charAt(0) !== "#") return;
        input.focus();
        list.hidden = true;
        if (location.hash === f.entry[2]) {
          e.preventDefault();
          window.dispatchEvent(new HashChangeEvent("hashchange"));
        }
      });
      item.appendChild(to);
      list.appendChild(item);
    });
    list.hidden = !found.length;
    status.textContent = !input.value.trim() ? "" : !found.length ? "Nothing found: try part of a name, a postcode district such as N12, or a partnership's number."
      : found.length + (found.length === 1 ? " result" : " results") + (found.length > MOST ? ", the first " + MOST + " shown" : "");
  }
  input.addEventListener("input", show);
  box.addEventListener("keydown", function (e) {
    var links = Array.prototype.slice.call(list.querySelectorAll("a")), at = links.indexOf(document.activeElement);
    if (e.key === "ArrowDown" && links.length) {
      e.preventDefault();
      list.hidden = false;
      links[Math.min(at + 1, links.length - 1)].focus();
    } else if (e.key === "ArrowUp" && at >= 0) {
      e.preventDefault();
      (at ? links[at - 1] : input).focus();
    } else if (e.key === "Escape") {
      input.value = "";
      show();
      input.focus();
    } else if (e.key === "Enter" && document.activeElement === input) {
      e.preventDefault();
      if (links.length) links[0].click();
    }
  });
  show();
})();
