/* Draws partnerships on a Leaflet map. Names come as data and are shown with textContent only. */
(function () {
  "use strict";
  var PIN = 26, MANY = 600, SCALE = 100000;
  var maps = {};

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function link(href, text, className) {
    var node = make("a", className, text);
    node.href = href;
    return node;
  }

  function calm() {
    return window.matchMedia && window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  function unpack(lines) {
    return lines.map(function (steps) {
      var lat = 0, lon = 0, out = [];
      for (var i = 0; i < steps.length; i += 2) {
        lat += steps[i];
        lon += steps[i + 1];
        out.push([lat / SCALE, lon / SCALE]);
      }
      return out;
    });
  }

  function far(metres) {
    if (metres === null || metres === undefined) return "";
    if (metres < 0.5) return "same site as the centre school";
    if (metres < 995) return Math.max(10, Math.round(metres / 10) * 10) + " m from the centre school";
    return (metres / 1000).toFixed(1) + " km (" + (metres / 1609.344).toFixed(1) + " miles) from the centre school";
  }

  /* Ground: outlines and names that help to find one's way. */
  function drawContext(map, context, layers) {
    function label(text, at, className) {
      return L.marker(at, {
        icon: L.divIcon({ className: "label " + className, html: make("span", "", text), iconSize: [0, 0] }),
        interactive: false, keyboard: false, pane: "labels"
      });
    }
    function strokes(lines, options) {
      return L.polyline(unpack(lines), Object.assign({ pane: "lines", interactive: false, smoothFactor: 1 }, options));
    }
    var around = L.layerGroup(), districts = L.layerGroup(), rail = L.layerGroup();
    around.addLayer(strokes(context.neighbours, { color: "#aab6bc", weight: 1.5, pane: "ground" }));
    context.neighbourNames.forEach(function (n) { around.addLayer(label(n[0], n[1], "place")); });
    around.addTo(map);
    if (context.authority.length) {
      L.polygon(unpack(context.authority), { pane: "ground", interactive: false, color: "#4c5a61", weight: 2,
        fillColor: "#ffffff", fillOpacity: 1 }).addTo(map);
    }
    districts.addLayer(strokes(context.districts, { color: "#5f7079", weight: 1, dashArray: "1 4" }));
    context.districtNames.forEach(function (d) { districts.addLayer(label(d[0], d[1], "district")); });
    districts.addTo(map);
    rail.addLayer(strokes(context.rail, { color: "#9aa5aa", weight: 1.25 }));
    context.stations.forEach(function (s) {
      rail.addLayer(L.circleMarker(s[1], { radius: 2.5, color: "#6b777d", weight: 1, fillColor: "#fff",
        fillOpacity: 1, pane: "lines", interactive: false }));
      rail.addLayer(label(s[0], s[1], "station"));
    });
    rail.addTo(map);
    if (context.districts.length) layers.push({ name: "Postcode districts", swatch: "dotted", layer: districts });
    if (context.rail.length + context.stations.length) {
      layers.push({ name: "Railways and stations", swatch: "rail", layer: rail });
    }
    if (context.neighbours.length) layers.push({ name: "Neighbouring areas", swatch: "around", layer: around });
  }

  /* Pins that would hide one another move apart; a thin line shows where each belongs. */
  function partPins(points, apart) {
    var moved = points.map(function (p) { return { x: p.x, y: p.y }; });
    for (var turn = 0; turn < 40; turn++) {
      var cells = {}, touched = false;
      moved.forEach(function (p, i) {
        var key = Math.floor(p.x / apart) + ":" + Math.floor(p.y / apart);
        (cells[key] = cells[key] || []).push(i);
      });
      var shift = moved.map(function () { return { x: 0, y: 0 }; });
      for (var i = 0; i < moved.length; i++) {
        var cx = Math.floor(moved[i].x / apart), cy = Math.floor(moved[i].y / apart);
        for (var gx = cx - 1; gx <= cx + 1; gx++) for (var gy = cy - 1; gy <= cy + 1; gy++) {
          var cell = cells[gx + ":" + gy] || [];
          for (var k = 0; k < cell.length; k++) {
            var j = cell[k];
            if (j <= i) continue;
            var dx = moved[i].x - moved[j].x, dy = moved[i].y - moved[j].y, d = Math.sqrt(dx * dx + dy * dy);
            if (d >= apart * 0.999) continue;
            touched = true;
            if (d < apart / 1000) {
              var angle = (i + turn) * 2.399963;
              dx = Math.cos(angle); dy = Math.sin(angle); d = 0;
            }
            var long = Math.sqrt(dx * dx + dy * dy), push = (apart - d) / 2 * 0.6;
            shift[i].x += dx / long * push; shift[i].y += dy / long * push;
            shift[j].x -= dx / long * push; shift[j].y -= dy / long * push;
          }
        }
      }
      if (!touched) break;
      moved.forEach(function (p, i) { p.x += shift[i].x; p.y += shift[i].y; });
    }
    return moved;
  }

  function draw(map, id) {
    var block = JSON.parse(document.getElementById(id + "_data").textContent);
    var data = block.map, context = block.context || window.geoContext;
    var still = { animate: !calm() };
    data.schools = data.schools.map(function (r) {
      return { urn: r[0], name: r[1], phase: r[2], postcode: r[3], district: r[4], at: r[5], "in": r[6],
        leader: (r[7] || []).length ? r[7] : null, page: r[8] || r[0], placed: r[9] };
    });
    var byUrn = {}, byNumber = {}, layers = [], strands = {};
    map.fitBounds(data.bounds, { padding: [8, 8], animate: false });
    [["ground", 210], ["areas", 320], ["lines", 340], ["spokes", 360], ["labels", 390]].forEach(function (pane) {
      map.createPane(pane[0]).style.zIndex = pane[1];
      if (pane[0] !== "areas") map.getPane(pane[0]).style.pointerEvents = "none";
    });
    var areaLines = (context && context.areas) || {};
    if (context) drawContext(map, context, layers);

    data.partnerships.forEach(function (p) { byNumber[p.number] = p; });
    data.schools.forEach(function (s) { byUrn[s.urn] = s; });

    function url(kind, key) {
      return data.urls[kind] ? data.urls[kind].replace("*", encodeURIComponent(key)) : "";
    }
    function tint(number) {
      var p = byNumber[number];
      return p ? data.palette[p.colour] : data.none;
    }
    function member(p, urn) {
      return p.members.filter(function (m) { return m[0] === urn; })[0];
    }

    /* Areas and spokes, by strand where a strand does not share the ground. */
    var areas = L.layerGroup(), spokes = L.layerGroup(), pins = L.layerGroup(), leaders = L.layerGroup();
    data.partnerships.forEach(function (p) {
      var colours = data.palette[p.colour];
      p.outline = L.polygon(unpack(areaLines[p.number] || []), { pane: "areas", color: p.strong ? colours[2] : "#8d979c",
        weight: p.strong ? 1.6 : 0.8, fillColor: colours[0], fillOpacity: p.strong ? 0.26 : 0.06, smoothFactor: 0.5 });
      p.outline.bindTooltip(function () {
        return make("span", "", "Partnership " + p.number + ": " + p.name);
      }, { sticky: true, direction: "top", offset: [0, -8] });
      p.outline.on("click", function (e) { showPartnership(p, e.latlng); });
      p.spokes = L.layerGroup();
      var centre = byUrn[p.centre];
      if (centre) p.members.forEach(function (m) {
        var school = byUrn[m[0]];
        if (school && school !== centre) {
          p.spokes.addLayer(L.polyline([centre.at, school.at], { pane: "spokes", interactive: false,
            color: colours[2], weight: 1.6, opacity: 0.85 }));
        }
      });
      if (p.ground || (data.kind !== "overview" && p.strong)) {
        areas.addLayer(p.outline);
        spokes.addLayer(p.spokes);
      }
    });
    areas.addTo(map);
    spokes.addTo(map);
    pins.addTo(map);
    leaders.addTo(map);

    function pinFor(s) {
      var numbers = s["in"].length ? s["in"] : [null];
      var strong = numbers.filter(function (n) { return byNumber[n] && byNumber[n].strong; });
      var main = strong[0] || numbers[0];
      var colours = tint(main), p = byNumber[main];
      var faint = data.kind !== "overview" && !strong.length;
      var centre = p && p.centre === s.urn && !faint;
      var node = make("span", "dot" + (centre ? " centre" : "") + (s.leader ? " leader" : "") + (faint ? " faint" : "") +
        (numbers[0] === null ? " none" : "") + (data.marked.indexOf(s.urn) >= 0 ? " marked" : ""),
        numbers[0] === null ? "–" : s["in"].join(","));
      node.style.background = faint ? data.none[0] : colours[0];
      node.style.color = faint ? data.none[1] : colours[1];
      if (s["in"].length > 1 && byNumber[s["in"][1]]) node.style.borderColor = tint(s["in"][1])[2];
      var words = s.name + ", " + (s["in"].length
        ? "in partnership " + s["in"].join(" and ") + (centre ? ", its centre school" : "") : "in none of the partnerships");
      var wide = s["in"].length > 1 ? 36 : PIN;
      var size = faint || numbers[0] === null ? [20, 20] : [wide, PIN];
      var marker = L.marker(s.at, { riseOnHover: true, zIndexOffset: faint || numbers[0] === null ? -500 : centre ? 300 : 0,
        icon: L.divIcon({ className: "pin", html: node, iconSize: size, iconAnchor: [size[0] / 2, size[1] / 2] }) });
      marker.on("add", function () {
        marker.getElement().setAttribute("aria-label", words);
        marker.getElement().setAttribute("data-urn", s.urn);
      });
      marker.bindTooltip(function () { return make("span", "", s.name); }, { direction: "top", offset: [0, -12] });
      marker.on("click", function () { showSchool(s, true); });
      marker.on("keypress", function (e) {
        if (e.originalEvent.key === "Enter") showSchool(s, true);
      });
      return marker;
    }
    /* Where schools are many, only those in sight have pins; from afar each is a dot. */
    var many = data.schools.length > MANY, dots = L.layerGroup();
    if (many) {
      var canvas = L.canvas({ padding: 0.3 });
      data.schools.forEach(function (s) {
        dots.addLayer(L.circleMarker(s.at, { renderer: canvas, radius: 4, color: "#ffffff", weight: 1, fillOpacity: 1,
          fillColor: tint(s["in"][0])[0] }).on("click", function () { showSchool(s, true); }));
      });
    }
    data.schools.forEach(function (s) { s.shown = L.latLng(s.at); });

    function inSight() {
      if (!many) return data.schools;
      var view = map.getBounds().pad(0.1);
      return data.schools.filter(function (s) { return view.contains(s.at); });
    }
    function arrange() {
      var seen = inSight(), tiny = map.getZoom() < 11.6, from = document.activeElement;
      if (many) {
        pins.clearLayers();
        if (seen.length > MANY && map.hasLayer(pins)) dots.addTo(map); else dots.remove();
        if (seen.length > MANY) seen = [];
      }
      var points = seen.map(function (s) { return map.latLngToLayerPoint(s.at); });
      var moved = partPins(points, tiny ? 18 : 24);
      leaders.clearLayers();
      seen.forEach(function (s, i) {
        var apart = Math.hypot(moved[i].x - points[i].x, moved[i].y - points[i].y);
        s.shown = apart < 1 ? L.latLng(s.at) : map.layerPointToLatLng(moved[i]);
        s.marker = s.marker || pinFor(s);
        s.marker.setLatLng(s.shown);
        pins.addLayer(s.marker);
        if (apart > 7) {
          leaders.addLayer(L.polyline([s.at, s.shown], { pane: "spokes", color: "#222c31", weight: 1, interactive: false }));
          leaders.addLayer(L.circleMarker(s.at, { pane: "spokes", radius: 2, color: "#222c31", weight: 0, fillColor: "#222c31",
            fillOpacity: 1, interactive: false }));
        }
      });
      if (many && from && from.classList.contains("pin") && document.contains(from)) from.focus({ preventScroll: true });
      map.getContainer().classList.toggle("tiny", tiny);
      map.getContainer().classList.toggle("near", map.getZoom() >= 13.5);
    }
    map.on(many ? "moveend" : "zoomend", arrange);
    arrange();

    /* Popups: the same words as the table, and ways on. */
    var opener = null;
    function open(content, at) {
      var from = document.activeElement;
      opener = null;
      map.openPopup(content, at, { maxWidth: 250, minWidth: 200, autoPanPaddingTopLeft: [50, 54], autoPanPaddingBottomRight: [10, 10] });
      opener = from;
      var first = content.querySelector("a, button");
      content.tabIndex = -1;
      (first || content).focus({ preventScroll: true });
    }
    map.on("popupclose", function () {
      if (opener && document.contains(opener)) opener.focus({ preventScroll: true });
      opener = null;
    });
    document.addEventListener("keydown", function (e) {
      if (e.key === "Escape") map.closePopup();
    });

    function schoolContent(s) {
      var box = make("div", "card");
      var title = make("strong", "card-title");
      var page = url("school", s.page);
      if (page) title.appendChild(link(page, s.name)); else title.textContent = s.name;
      box.appendChild(title);
      box.appendChild(make("div", "card-kind", [s.phase, s.district].filter(Boolean).join(" · ")));
      if (!s["in"].length) box.appendChild(make("div", "", "In none of the partnerships"));
      s["in"].forEach(function (n) {
        var p = byNumber[n], line = make("div", "card-line");
        var text = "Partnership " + n + (p ? ": " + p.name : "");
        var href = url("partnership", String(n).padStart(2, "0"));
        line.appendChild(href ? link(href, text) : make("span", "", text));
        var m = p && member(p, s.urn);
        if (m) line.appendChild(make("div", "card-kind", p.centre === s.urn ? "The centre school" : far(m[1])));
        box.appendChild(line);
      });
      if (s.placed) box.appendChild(make("div", "card-kind", "Placed by " + s.placed));
      if (s.leader) box.appendChild(make("div", "card-kind", "System leader: " + s.leader.join(", ")));
      var row = document.getElementById("row-" + s.page);
      if (row) {
        var to = link("#" + row.id, "Go to its row in the table", "card-row");
        to.addEventListener("click", function (e) {
          e.preventDefault();
          opener = null;
          row.tabIndex = -1;
          row.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
          row.focus({ preventScroll: true });
          mark(row);
        });
        box.appendChild(to);
      }
      return box;
    }
    function mark(row) {
      document.querySelectorAll("tr.chosen").forEach(function (r) { r.classList.remove("chosen"); });
      if (row) row.classList.add("chosen");
    }
    function remember(hash) {
      try { history.replaceState(null, "", hash); } catch (e) { /* a page inside a frame may not */ }
    }
    function showSchool(s, stay) {
      if (!map.hasLayer(pins)) pins.addTo(map);
      emphasise(s["in"]);
      if (!stay) map.setView(s.at, Math.max(map.getZoom(), 14.5), still);
      open(schoolContent(s), s.shown);
      mark(document.getElementById("row-" + s.page));
      remember("#school=" + encodeURIComponent(s.urn));
    }
    function showPartnership(p, at) {
      emphasise([p.number]);
      var box = make("div", "card"), title = make("strong", "card-title");
      var href = url("partnership", String(p.number).padStart(2, "0"));
      var text = "Partnership " + p.number + ": " + p.name;
      if (href) title.appendChild(link(href, text)); else title.textContent = text;
      box.appendChild(title);
      box.appendChild(make("div", "card-kind", p.size + (p.size === 1 ? " school" : " schools")));
      open(box, at);
      remember("#partnership=" + p.number);
    }
    /* A strand that does not divide the ground shows its outline and spokes when one of its own is chosen. */
    function emphasise(numbers) {
      data.partnerships.forEach(function (p) {
        var chosen = numbers.indexOf(p.number) >= 0;
        if (!p.ground && data.kind === "overview") {
          [p.outline, p.spokes].forEach(function (layer) {
            if (chosen) layer.addTo(map); else layer.remove();
          });
        }
        if (p.strong) p.outline.setStyle({ weight: chosen ? 3.5 : 1.6, fillOpacity: chosen ? 0.4 : 0.26 });
      });
    }
    function boundsOf(schools) {
      return schools.length ? L.latLngBounds(schools.map(function (s) { return s.at; })).pad(0.15) : null;
    }
    function zoomTo(schools) {
      var bounds = boundsOf(schools);
      if (bounds) map.fitBounds(bounds, { maxZoom: 15, animate: !calm() });
    }
    function zoomPartnership(number) {
      var p = byNumber[number];
      if (!p) return;
      emphasise([number]);
      map.closePopup();
      zoomTo(data.schools.filter(function (s) { return s["in"].indexOf(number) >= 0; }));
      remember("#partnership=" + number);
    }
    function home() {
      emphasise([]);
      map.closePopup();
      map.fitBounds(data.bounds, { padding: [8, 8], animate: !calm() });
      remember("#map");
    }

    /* Scale, key and layer control. */
    L.control.scale({ maxWidth: 120 }).addTo(map);
    layers.unshift(
      { name: "Schools", swatch: "school", layer: [pins, leaders], after: arrange },
      { name: "Lines to the centre school", swatch: "spoke", layer: spokes },
      { name: "Partnership areas", swatch: "area", layer: areas });
    var control = L.control({ position: "topright" });
    control.onAdd = function () {
      var box = make("details", "layers");
      box.open = map.getContainer().clientWidth > 1000;
      box.appendChild(make("summary", "", "Layers"));
      var list = make("div", "layers-list");
      layers.forEach(function (entry) {
        var row = make("label", "layers-row"), tick = make("input");
        tick.type = "checkbox";
        tick.checked = true;
        tick.addEventListener("change", function () {
          [].concat(entry.layer).forEach(function (layer) {
            if (tick.checked) layer.addTo(map); else layer.remove();
          });
          if (entry.after) entry.after();
        });
        row.appendChild(tick);
        row.appendChild(make("span", "swatch " + entry.swatch));
        row.appendChild(make("span", "", entry.name));
        list.appendChild(row);
      });
      box.appendChild(list);
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(map);
    var back = L.control({ position: "topleft" });
    back.onAdd = function () {
      var bar = make("div", "leaflet-bar"), button = make("button", "home", "All");
      button.type = "button";
      button.setAttribute("aria-label", "Show the whole map");
      button.addEventListener("click", home);
      L.DomEvent.disableClickPropagation(bar);
      bar.appendChild(button);
      return bar;
    };
    back.addTo(map);

    function follow() {
      var found = /^#(school|partnership)=(.+)$/.exec(location.hash), value;
      if (!found) return false;
      try { value = decodeURIComponent(found[2]); } catch (e) { return false; }
      if (found[1] === "school" && byUrn[value]) showSchool(byUrn[value], false);
      else if (found[1] === "partnership") zoomPartnership(Number(value));
      else return false;
      map.getContainer().scrollIntoView({ block: "nearest" });
      return true;
    }
    /* Each table row of a school with a pin gets a link to it. */
    data.schools.forEach(function (s) {
      for (var n = 1, row; (row = document.getElementById("row-" + s.page + (n > 1 ? "-" + n : ""))); n++) {
        var to = link("#school=" + encodeURIComponent(s.urn), "Map");
        to.appendChild(make("span", "hidden", ": " + s.name));
        to.addEventListener("click", function (e) {
          e.preventDefault();
          map.getContainer().scrollIntoView({ block: "nearest" });
          showSchool(s, false);
        });
        row.appendChild(make("td", "screen to-map")).appendChild(to);
      }
    });
    document.querySelectorAll("#members thead tr").forEach(function (row) {
      var head = row.appendChild(make("th", "screen"));
      head.scope = "col";
      head.appendChild(make("span", "hidden", "Map"));
    });
    document.querySelectorAll("#members th[colspan]").forEach(function (cell) { cell.colSpan += 1; });
    function entries() {
      return data.schools.map(function (s) {
        var where = s["in"].length ? "Partnership " + s["in"].join(" and ") : "in none of the partnerships";
        return [s.name, [s.phase, s.postcode || s.district, where].filter(Boolean).join(" · "),
          "#school=" + encodeURIComponent(s.urn)];
      }).concat(data.partnerships.map(function (p) {
        return ["Partnership " + p.number + ": " + p.name, p.size + (p.size === 1 ? " school" : " schools"),
          "#partnership=" + p.number];
      }));
    }
    var api = { entries: entries, map: map, data: data, follow: follow, zoomPartnership: zoomPartnership, zoomTo: zoomTo,
      school: function (urn) { if (byUrn[urn]) showSchool(byUrn[urn], false); } };
    maps[id] = api;
    if (Object.keys(maps).length === 1) {
      window.addEventListener("hashchange", follow);
      document.querySelectorAll("[data-zoom]").forEach(function (button) {
        button.addEventListener("click", function () {
          zoomPartnership(Number(button.getAttribute("data-zoom")));
          map.getContainer().scrollIntoView({ block: "nearest", behavior: calm() ? "auto" : "smooth" });
        });
      });
      follow();
    }
    document.documentElement.classList.add("mapped");
    return api;
  }

  /* Two maps that move together. */
  function together(a, b) {
    var busy = false;
    function tie(from, to) {
      from.on("move", function () {
        if (busy) return;
        busy = true;
        to.setView(from.getCenter(), from.getZoom(), { animate: false });
        busy = false;
      });
    }
    tie(a, b);
    tie(b, a);
  }

  window.geoPartnerships = {
    maps: maps,
    draw: draw,
    together: together,
    context: drawContext,
    unpack: unpack,
    partPins: partPins,
    motion: function () {
      return calm() ? { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false } : {};
    }
  };
})();
