/* What the panel says of a site: figures, cost, hours, whom it serves, what would do as well, why here. */
(function () {
  const { node, add, tableOf } = siting, plan = siting.plan, { state, say, number, fact } = plan;
  const view = { cost: "all", day: null };
  const FACTS = ["it_mw", "given_mw", "stock_mw", "connection_mw", "solar_mw", "wind_mw", "battery_mw",
    "facility", "purchase", "certificates", "direct", "discharge", "export", "curtailed", "peak_mw", "emissions", "water"];
  const EQUALS = 8, CHEAPEST = 5;

  function section(title, ...children) {
    return add(node("section"), node("h3", "", title), ...children);
  }

  function note(text) {
    return node("p", "note", text);
  }

  function unitOf(name) {
    return say("unit_" + state.data.sites.facts[name].unit);
  }

  function factRows(site) {
    const rows = FACTS.filter((name) => fact(site, name) > 0).map((name) => {
      const more = name === "connection_mw" && fact(site, "voltage_kv") > 0 ? ", " + number(fact(site, "voltage_kv"), 0) + " kV"
        : name === "battery_mw" ? " / " + number(fact(site, "battery_mwh")) + " MWh" : "";
      return [say("fact_" + name), number(fact(site, name)) + " " + unitOf(name) + more];
    });
    const opened = state.data.sites.opened[site];
    return opened ? [[say("opened"), String(opened)], ...rows] : rows;
  }

  function pathOf(site) {
    const values = state.data.sites.facts.it_mw.values[site], most = Math.max(...values), box = node("div", "path");
    values.forEach((mw, year) => {
      const bar = node("b"), told = node("span", "", number(mw, mw >= 10 ? 0 : undefined));
      bar.style.height = (most ? (34 * mw) / most : 0) + "px";
      add(box, add(node("div", year === state.year ? "at" : ""), told, bar, node("small", "", String(state.data.years[year]))));
    });
    return most ? section(say("path"), box) : null;
  }

  function tabs(choices, chosen, pick) {
    const box = node("div", "tabs");
    for (const [key, label] of choices) {
      const button = plan.buttonOf("", () => { pick(key); plan.draw(); });
      button.textContent = label;
      button.setAttribute("aria-pressed", String(key === chosen));
      add(box, button);
    }
    return box;
  }

  function costs(site) {
    const rows = state.data.sites.costs[site];
    if (!rows.length) return null;
    const year = state.data.years[state.year], column = view.cost === "all" ? 1 : 2 + state.year;
    const shown = rows.map((row) => [state.data.sites.items[row[0]], row[column]]).filter((row) => row[1] !== 0);
    const title = say(view.cost === "all" ? "cost_all" : "cost_year", { year });
    const choices = [["all", say("tab_all")], ["year", say("tab_year", { year })]];
    return section(say("cost"), tabs(choices, view.cost, (key) => { view.cost = key; }), note(title), plan.waterfall(shown, title));
  }

  function dayName(day) {
    const [date, weight, extreme] = day;
    const month = date.slice(5);
    return extreme ? month + " " + extreme : say("day_name", { date: month, days: number(weight, weight < 10 ? 1 : 0) });
  }

  function dayChoice(days) {
    const select = node("select");
    select.setAttribute("aria-label", say("day"));
    days.forEach((day, place) => {
      const option = node("option", "", dayName(day));
      option.value = place;
      add(select, option);
    });
    select.value = view.day;
    select.addEventListener("change", () => { view.day = Number(select.value); plan.draw(); });
    return select;
  }

  function heaviest(days) {
    return days.reduce((best, day, place) => (!day[2] && (days[best][2] || day[1] > days[best][1]) ? place : best), 0);
  }

  function supply(site) {
    const { days, all_days } = state.data.hours, mix = plan.mixOf(site), year = state.data.years[state.year];
    const whole = Object.values(mix).reduce((sum, size) => sum + size, 0);
    if (!(whole > 0)) return null;
    const parts = [note(say("mix_title", { year })), plan.mixBar(mix)];
    if (days.length) {
      if (view.day === null) view.day = heaviest(days);
      const hours = plan.hoursOf(site, view.day), colours = state.data.mix;
      const keys = [[say("hour_purchase"), colours.grid], [say("hour_direct"), colours.direct], [say("hour_discharge"), colours.battery], [say("hour_load"), "#1d2733", "stroke"]];
      parts.push(add(node("p", "note"), node("span", "", say("day_title", { year }) + " "), dayChoice(days)),
        plan.day(hours, say("day_title", { year })), plan.keys(keys));
      parts.push(note(say(days.length < all_days ? "days_some" : "days_all", { shown: days.length, all: all_days })));
    }
    return section(say("supply"), ...parts);
  }

  function servedRows(site) {
    const { flows } = state.data, found = new Map();
    for (const row of flows.rows) {
      if (flows.pairs.site[row[0]] !== site || !(row[3 + state.year] > 0)) continue;
      if (!found.has(row[1])) found.set(row[1], []);
      found.get(row[1]).push(row);
    }
    return [...found.entries()].sort((a, b) => a[0] - b[0]);
  }

  function servedClass(kind, rows, open) {
    const { flows } = state.data, given = flows.classes[kind], box = node("details", "served"), swatch = node("i", "line");
    rows.sort((a, b) => b[3 + state.year] - a[3 + state.year]);
    const mw = rows.reduce((sum, row) => sum + row[3 + state.year], 0), rtt = rows.map((row) => flows.pairs.rtt_ms[row[0]]);
    const range = number(Math.min(...rtt), 1) + (rows.length > 1 ? "–" + number(Math.max(...rtt), 1) : "") + " " + say("ms");
    swatch.style.borderColor = given.colour;
    const told = say("served_class", { mw: number(mw), zones: rows.length, all: flows.zones.name.length, rtt: range });
    const body = rows.map((row) => [flows.zones.name[flows.pairs.zone[row[0]]] + (row[2] ? " *" : ""),
      number(row[3 + state.year]) + " MW, " + number(flows.pairs.rtt_ms[row[0]], 1) + " " + say("ms")]);
    box.open = open;
    return add(box, add(node("summary"), swatch, node("span", "", given.name), node("small", "", told)), tableOf(body),
      given.merged ? note(say("merged")) : null, rows.some((row) => row[2]) ? note("* " + say("undecided")) : null);
  }

  function serves(site) {
    const found = servedRows(site);
    if (!found.length) return section(say("serves"), note(say("serves_none", { year: state.data.years[state.year] })));
    const first = found.findIndex(([kind]) => !state.data.flows.classes[kind].merged);
    return section(say("serves"), ...found.map(([kind, rows], place) => servedClass(kind, rows, place === Math.max(first, 0))));
  }

  function equalRow([km, row]) {
    const button = plan.buttonOf("link", () => plan.open(row[0]));
    button.textContent = row[1] + " · " + row[2];
    const told = { km: number(km, 0), cost: number(row[5]), share: number(100 * row[6], 2) };
    return add(node("li"), button, node("small", "", say("equal_row", told)));
  }

  /* Nearest first; `cheapest` many of least extra cost only, by cost. */
  function equalsList(title, rows, at, cheapest) {
    const placed = rows.map((row) => [state.map.distance(at, [row[3], row[4]]) / 1000, row]);
    placed.sort((a, b) => (cheapest ? a[1][5] - b[1][5] : a[0] - b[0]));
    return [note(title), add(node("ul", "links"), ...placed.slice(0, cheapest || EQUALS).map(equalRow))];
  }

  function equals(id, at) {
    const own = state.data.equivalents.find((row) => row[0] === id), rest = state.data.equivalents.filter((row) => row[0] !== id);
    const good = rest.filter((row) => row[7]), told = own && { cost: number(own[5]), share: number(100 * own[6], 3) };
    const parts = own ? [note(say(own[7] ? "equal_self" : "dearer_self", told))] : [];
    if (good.length) parts.push(...equalsList(say("equals_note"), good, at));
    else parts.push(note(say("equals_none")), ...(rest.length ? equalsList(say("dearer_note"), rest, at, CHEAPEST) : []));
    return section(say("equals"), ...parts);
  }

  function why(id) {
    const told = state.data.whys[id];
    if (!told) return section(say("why"), note(say("why_ask")), node("code", "", "siting explain RUN " + id));
    const parts = told.lines.map((line) => node("p", "", line));
    if (told.rows.length) {
      const head = node("tr");
      for (const key of ["why_name", "why_now", "why_needed", "why_change"]) add(head, node("th", "", say(key)));
      const rows = told.rows.map((row) => add(node("tr"), ...row.map((cell) => node("td", "", cell))));
      parts.push(add(node("table", "wide"), add(node("thead"), head), add(node("tbody"), ...rows)));
    }
    return section(say("why"), ...parts);
  }

  function sources(id) {
    const known = siting.place(id);
    if (!known) return null;
    return add(node("details", "figures"), node("summary", "", say("figures")), ...siting.figuresOf(known));
  }

  function siteBody(id) {
    const site = state.data.sites.id.indexOf(id), known = siting.place(id);
    const also = node("div", "also", known ? known.also : "");
    if (site < 0) return [also, note(say("not_chosen")), equals(id, plan.whereIs(id)), why(id), sources(id)];
    const year = state.data.years[state.year], rows = factRows(site);
    const size = rows.length ? section(say("in_year", { year }), tableOf(rows)) : note(say("not_yet", { year }));
    return [also, size, pathOf(site), costs(site), supply(site), serves(site), equals(id, plan.placeOf(site)), why(id), sources(id)];
  }

  Object.assign(plan, { section, note, siteBody });
})();
