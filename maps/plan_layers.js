/* The layers of the plan map that follow the year: sites, flows, limits, long lines. */
(function () {
  const { node, add } = siting, plan = siting.plan, { state, say, number, fact } = plan;
  const RING = 3.2, GAP = 1.2, LEAST_RADIUS = 2.5, EDGE = "#7a3600", SITE = "#d55e00", STOCK = "#3d2b56";

  function shape(tag, given, ...children) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
    return add(made, ...children);
  }

  /* Energy by where it comes from in the year; certificates cover purchases. */
  function mixOf(site) {
    const purchase = fact(site, "purchase"), green = Math.min(purchase, fact(site, "certificates"));
    return { grid: purchase - green, green, direct: fact(site, "direct"), battery: fact(site, "discharge") };
  }

  function sideOf(radius) {
    return 2 * (radius + GAP + RING + 1);
  }

  /* A disc for MW and a ring of parts around it, each part a stretch of a circle of length 100. */
  function ringed(radius, parts, className) {
    const side = sideOf(radius), middle = side / 2, whole = parts.reduce((sum, [, size]) => sum + size, 0);
    const circle = (r, more) => shape("circle", { cx: middle, cy: middle, r, ...more });
    const svg = shape("svg", { width: side, height: side, class: className },
      circle(radius + GAP + RING + 0.8, { fill: "#fff" }), circle(radius, { fill: SITE, stroke: EDGE, "stroke-width": 0.6 }));
    let from = 0;
    for (const [name, size] of parts) {
      const part = (100 * size) / (whole || 1);
      if (part > 0.05) {
        add(svg, circle(radius + GAP + RING / 2, {
          fill: "none", stroke: state.data.mix[name], "stroke-width": RING, pathLength: 100,
          "stroke-dasharray": part + " " + (100 - part), "stroke-dashoffset": -from,
          transform: `rotate(-90 ${middle} ${middle})`, "data-part": name,
        }));
      }
      from += part;
    }
    return svg;
  }

  function marker(at, html, size, label, className) {
    const icon = L.divIcon({ className, html, iconSize: [size, size], iconAnchor: [size / 2, size / 2] });
    const made = L.marker(at, { icon, riseOnHover: true });
    made.on("add", () => made.getElement().setAttribute("aria-label", label));
    return made;
  }

  function opens(made, act) {
    made.on("click", act);
    made.on("keypress", (event) => { if (event.originalEvent.key === "Enter") act(); });
    return made;
  }

  function lines(texts) {
    return add(node("div"), ...texts.map((text) => node("div", "", text)));
  }

  function largest(name) {
    return Math.max(0, ...state.data.sites.facts[name].values.map((years) => Math.max(...years)));
  }

  /* Circles shrink as the map is seen from farther away, in half steps of zoom. */
  function scale() {
    return Math.min(1.3, Math.max(0.5, 2 ** (Math.round(2 * (state.map.getZoom() - 4.5)) / 4)));
  }

  function radiusOf(mw, most) {
    return Math.max(LEAST_RADIUS, scale() * state.data.radius * Math.sqrt(mw / (most || 1)));
  }

  plan.sizes = function () {
    const most = largest("it_mw");
    const shown = state.data.sizes_mw.map((mw) => {
      const radius = radiusOf(mw, most), side = 2 * radius + 3, at = side / 2;
      const disc = shape("circle", { cx: at, cy: at, r: radius, fill: SITE, stroke: EDGE, "stroke-width": 0.6 });
      return add(node("span"), shape("svg", { width: side, height: side, "aria-hidden": true }, disc),
        node("div", "", number(mw, mw >= 10 ? 0 : 1) + " MW"));
    });
    document.querySelector(".sizes").replaceChildren(...shown);
  };

  function placeOf(site) {
    return [state.data.sites.latitude[site], state.data.sites.longitude[site]];
  }

  plan.drawers.sites = function (group) {
    const { sites } = state.data, most = largest("it_mw");
    sites.id.forEach((id, site) => {
      const mw = fact(site, "it_mw");
      if (!(mw > 0)) return;
      const radius = radiusOf(mw, most), parts = Object.entries(mixOf(site));
      const whole = parts.reduce((sum, [, size]) => sum + size, 0) || 1;
      const label = sites.name[site] + say("colon") + number(mw) + " MW";
      const shares = parts.filter(([, size]) => size > 0.0005 * whole)
        .map(([name, size]) => say("mix_" + name) + " " + number((100 * size) / whole, 0) + " %");
      const svg = ringed(radius, parts, id === state.site ? "chosen" : "");
      const made = marker(placeOf(site), svg, sideOf(radius), label, "site");
      made.options.zIndexOffset = 2000 - Math.round(40 * radius); /* small ones on top, all above clusters */
      made.bindTooltip(lines([label, ...shares]));
      opens(made, () => plan.open(id)).addTo(group);
    });
  };

  function circlesOf(name, style) {
    return (group) => {
      const { sites } = state.data, most = Math.max(largest("it_mw"), largest(name));
      sites.id.forEach((id, site) => {
        const mw = fact(site, name);
        if (!(mw > 0)) return;
        const made = L.circleMarker(placeOf(site), { ...style, radius: radiusOf(mw, most) });
        made.bindTooltip(node("span", "", sites.name[site] + say("colon") + number(mw) + " MW"));
        made.on("click", () => plan.open(id)).addTo(group);
      });
    };
  }

  plan.drawers.given = circlesOf("given_mw", {
    color: EDGE, weight: 1.5, fillColor: SITE, fillOpacity: 0.05, dashArray: "3 3", className: "given" });
  plan.drawers.stock = circlesOf("stock_mw", {
    color: STOCK, weight: 1.5, fillColor: STOCK, fillOpacity: 0.25, className: "stock" });

  plan.drawers.equivalents = function (group) {
    for (const [id, name, province, latitude, longitude, extra, , within] of state.data.equivalents) {
      if (!within) continue;
      const made = L.circleMarker([latitude, longitude], {
        color: EDGE, weight: 1.8, fillOpacity: 0, radius: 7, className: "equivalent" });
      made.bindTooltip(lines([name + " · " + province, say("equal_extra") + say("colon") + number(extra) + " " + say("m_cny")]));
      made.on("click", () => plan.open(id)).addTo(group);
    }
  };

  /* A flow row: pair, class, undecided, MW of each year. */
  function flowText(row) {
    const { flows, sites } = state.data, [pair, kind, undecided] = row, pairs = flows.pairs;
    const told = { rtt: number(pairs.rtt_ms[pair], 1), low: number(pairs.low_ms[pair], 1), high: number(pairs.high_ms[pair], 1),
      one_way: number(pairs.rtt_ms[pair] / 2, 1), how: say(pairs.measured[pair] ? "measured" : "modelled") };
    return [
      sites.name[pairs.site[pair]] + " → " + flows.zones.name[pairs.zone[pair]],
      flows.classes[kind].name + say("colon") + number(row[3 + state.year]) + " MW",
      say(pairs.low_ms[pair] === null ? "rtt" : "rtt_band", told),
      ...(undecided ? [say("undecided")] : []), ...(flows.classes[kind].merged ? [say("merged")] : []),
    ];
  }

  function flowLine(row, style) {
    const { flows } = state.data, site = flows.pairs.site[row[0]], zone = flows.pairs.zone[row[0]];
    const ends = [placeOf(site), [flows.zones.latitude[zone], flows.zones.longitude[zone]]];
    const weight = Math.min(7, 0.8 + Math.sqrt(row[3 + state.year]) / 8);
    return L.polyline(ends, { color: flows.classes[row[1]].colour, weight, ...style })
      .bindTooltip(lines(flowText(row)), { sticky: true });
  }

  /* The flows of a class in the year, all and those that are large enough to be drawn. */
  function flowsOf(kind) {
    const all = state.data.flows.rows.filter((row) => row[1] === kind && row[3 + state.year] > 0);
    return [all, all.filter((row) => row[3 + state.year] >= state.data.floor_mw)];
  }

  function count(place) {
    const [all, drawn] = flowsOf(Number(place.dataset.flows));
    const sum = (rows) => rows.reduce((total, row) => total + row[3 + state.year], 0);
    const told = { some: drawn.length, all: all.length, share: number((100 * sum(drawn)) / (sum(all) || 1), 0) };
    place.textContent = all.length ? say("flow_count", told) : say("flow_none");
  }

  plan.counts = () => document.querySelectorAll("[data-flows]").forEach(count);

  plan.drawers.flows = function (group, kind) {
    for (const row of flowsOf(kind)[1]) flowLine(row, { opacity: 0.4, className: "flow" }).addTo(group);
  };

  /* The flows of the chosen site above the others: of every class told apart by zone, of others if their layer is on. */
  plan.drawers.chosen = function (group) {
    const { flows, sites } = state.data, site = sites.id.indexOf(state.site);
    state.map.getContainer().classList.toggle("one-site", site >= 0);
    if (site < 0) return;
    for (const row of flows.rows) {
      const mine = flows.pairs.site[row[0]] === site && row[3 + state.year] > 0;
      if (mine && (!flows.classes[row[1]].merged || plan.isOn("flows", row[1]))) flowLine(row, { opacity: 0.9, className: "flow own" }).addTo(group);
    }
  };

  function gauge(share, kind) {
    const bar = node("b"), full = share >= 0.999;
    bar.style.width = Math.min(100, 100 * share) + "%";
    const box = add(node("i", "gauge " + kind + (full ? " full" : "")), bar);
    return add(node("div", "gauged"), box, node("span", "", number(100 * share, 0) + " %"));
  }

  function gaugesOf(kind, table, used, limit, textOf) {
    return (group) => {
      const rows = state.data[table];
      rows.name.forEach((name, place) => {
        const most = rows[limit][place][state.year], taken = rows[used][place][state.year];
        if (most === null || taken === null || (kind === "headroom" && !(taken > 0))) return;
        const made = marker([rows.latitude[place], rows.longitude[place]], gauge(most > 0 ? taken / most : taken > 0 ? 1 : 0, kind), 0,
          textOf(rows, place), "limit");
        made.bindTooltip(lines([textOf(rows, place)]));
        opens(made, () => plan.showLimits()).addTo(group);
      });
    };
  }

  plan.headroomText = (rows, place) => rows.name[place] + say("colon") + say("headroom_told", {
    used: number(rows.used_mw[place][state.year]), limit: number(rows.limit_mw[place][state.year]) });
  plan.quotaText = (rows, place) => rows.name[place] + say("colon") + say("quota_told", {
    used: number(rows.used_m3[place][state.year]), limit: number(rows.quota_m3[place][state.year]) });
  plan.drawers.headroom = gaugesOf("headroom", "headroom", "used_mw", "limit_mw", plan.headroomText);
  plan.drawers.quotas = gaugesOf("quota", "quotas", "used_m3", "quota_m3", plan.quotaText);

  plan.drawers.uhv = function (group) {
    const now = state.data.years[state.year];
    for (const [name, kv, gw, year, from, to, ends, source, note] of state.data.lines) {
      const later = year > now, path = [[ends[0], ends[1]], [ends[2], ends[3]]];
      const texts = [name, say("uhv_told", { kv: number(kv, 0), gw: number(gw), year }), from + " → " + to, source, note];
      L.polyline(path, { color: "#6b3fa0", weight: 2.2, opacity: 0.75, dashArray: later ? "2 7" : "9 4", className: "uhv" })
        .bindTooltip(add(lines(texts), node("div", "also", say("uhv_straight"))), { sticky: true, className: "wide" }).addTo(group);
    }
  };

  Object.assign(plan, { shape, scale, mixOf, gauge, flowText, placeOf });
})();
