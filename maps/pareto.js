/* The map of a Pareto front: a slider goes along its points, the chart shows where. */
(function () {
  const { node, add, panel } = siting;
  const { number, signed, percent, fill } = panel;
  const SITE = { color: "#7a3600", weight: 1.2, fillColor: "#d55e00", fillOpacity: 0.65, dashArray: null };
  const GHOST = { color: "#4a5663", weight: 1.6, fill: false, dashArray: "3 3", interactive: false };

  siting.pareto = function (map, data) {
    const words = data.words, power = powers(data);
    const front = data.points.filter((p) => p.status === "proven").sort((a, b) => a.values[0] - b.values[0]);
    const first = front[0], state = { at: first, year: data.years.length - 1, pair: [1, 0], ghost: true };
    const ghosts = panel.circles(map, data.sites.map((site) => ({ ...site, key: site.key + " first" })), () => []);
    const sites = panel.circles(map, data.sites, popup);

    const along = panel.section(words["along"]), steps = node("div", "steps");
    const buttons = [step("‹", words["before"], -1), step("›", words["after"], 1)];
    const slider = panel.slider(along, words["point"], [0, Math.max(front.length - 1, 0)], (k) => show(front[k]));
    slider.input.replaceWith(steps);
    add(steps, buttons[0], slider.input, buttons[1]);
    const status = add(along, node("p")).lastChild;
    if (data.goals.length > 2) {
      const pairs = data.goals.flatMap((_, a) => data.goals.map((_, b) => [b, a])).filter(([x, y]) => x > y);
      panel.select(along, words["pair"], pairs.map(([x, y]) => `${short(data.goals[y])} / ${short(data.goals[x])}`), (k) => {
        state.pair = pairs[k];
        redraw();
      });
    }
    const picture = add(along, node("div")).lastChild, left = add(along, node("p")).lastChild;
    const goals = panel.table(panel.section(words["goals"]));
    const where = panel.section(words["where"]);
    if (data.years.length > 1) {
      const list = panel.select(where, words["year"], data.years.map(String), (k) => { state.year = k; redraw(); });
      list.value = String(state.year);
    }
    const west = add(where, node("p")).lastChild, provinces = panel.table(where);
    const shown = Math.max(...power.flatMap((byPoint) => [...byPoint.values()].flat()), 0);
    left.textContent = told();

    function step(text, name, by) {
      const button = node("button", "", text);
      button.type = "button";
      button.setAttribute("aria-label", name);
      button.addEventListener("click", () => move(by));
      return button;
    }

    function move(by) {
      const k = front.indexOf(state.at);
      show(front[Math.min(front.length - 1, Math.max(0, (k < 0 ? Number(slider.input.value) : k) + by))]);
    }

    function told() {
      return ["proven", "dominated", "timed_out", "infeasible", "duplicate"]
        .filter((kind) => data.counts[kind]).map((kind) => words["is_" + kind] + words.colon + data.counts[kind]).join(words.semicolon);
    }

    const mw = (site, point) => (power[site].get(point.point) || [])[state.year] || 0;

    function popup(site) {
      const k = data.sites.findIndex((one) => one.key === site.key), now = mw(k, state.at);
      const rows = [[words["here"], number(now) + " MW"], [words["at_first"], number(mw(k, first)) + " MW"]];
      const dots = front.map((p) => ({
        x: p.values[state.pair[0]], y: mw(k, p), kind: "proven", here: p === state.at, told: `${p.point}: ${number(mw(k, p))} MW`,
      }));
      const labels = [data.goals[state.pair[0]], "MW"];
      return [siting.tableOf(rows), panel.chart(dots, { width: 250, height: 150, labels, zero: true, line: "proven" })];
    }

    function show(point) {
      state.at = point;
      redraw();
    }

    function redraw() {
      const at = state.at, k = front.indexOf(at), on = k >= 0;
      if (on) slider.input.value = String(k);
      slider.told.textContent = on ? fill(words["number"], { at: k + 1, all: front.length }) : "–";
      buttons[0].disabled = k === 0;
      buttons[1].disabled = k === front.length - 1;
      slider.input.setAttribute("aria-valuetext", at ? at.values.map((v, g) => `${data.goals[g]} ${number(v)}`).join("; ") : "");
      sites.draw((site, n) => on && mw(n, at) > 0 && {
        radius: panel.radius(mw(n, at), shown), style: SITE, className: "site", hover: `${site.name}${words.colon}${number(mw(n, at))} MW`,
      });
      ghosts.draw((site, n) => on && at !== first && Math.abs(mw(n, first) - mw(n, at)) > 0.5 && mw(n, first) > 0 && {
        radius: panel.radius(mw(n, first), shown), style: GHOST, className: "ghost",
      });
      panel.sizes(shown);
      if (at) tell(at, on);
    }

    function tell(at, on) {
      status.replaceChildren(node("span", "badge " + at.status, words["is_" + at.status]));
      if (at.knee) add(status, node("span", "badge knee", words["knee"]));
      if (!on) add(status, node("span", "", " " + words["no_sites"]));
      picture.replaceChildren(panel.chart(dots(at), {
        width: 340, height: 210, labels: [data.goals[state.pair[0]], data.goals[state.pair[1]]], line: data.goals.length === 2 ? "proven" : "",
        press: (dot) => show(dot.point),
      }));
      const rows = data.goals.map((title, g) => ({
        cells: [title, number(at.values[g]), change(at.values[g], first && first.values[g])],
      }));
      data.prices.forEach((title, g) => {
        if (at.prices[g] !== null) rows.push({ cells: [title, number(at.prices[g]), ""] });
      });
      goals(["", words["this"], words["against"]], rows);
      if (on) places(at);
      else provinces([], []), west.textContent = "";
    }

    function dots(at) {
      const [x, y] = state.pair;
      return data.points.filter((p) => p.values[x] !== null && p.values[y] !== null).map((p) => ({
        x: p.values[x], y: p.values[y], kind: p.status, knee: p.knee, here: p === at, point: p,
        told: `${p.point} (${words["is_" + p.status]}): ${p.values.map((v, g) => `${short(data.goals[g])} ${number(v)}`).join("; ")}`,
      }));
    }

    function places(at) {
      const sums = data.provinces.names.map((name) => ({ name, now: 0, then: 0 }));
      let all = 0, western = 0;
      data.sites.forEach((_, k) => {
        const row = sums[data.provinces.of[k]];
        row.now += mw(k, at);
        row.then += mw(k, first);
        all += mw(k, at);
        if (data.provinces.west[k]) western += mw(k, at);
      });
      west.textContent = fill(words["west"], { gw: number(all / 1000), share: percent(all ? western / all : 0, 1) });
      const largest = Math.max(...sums.map((row) => row.now), 1);
      const kept = sums.filter((row) => row.now > 0.5 || row.then > 0.5).sort((a, b) => b.now - a.now || b.then - a.then);
      provinces([words["province"], "MW", words["against"]], kept.map(({ name, now, then }) => ({
        cells: [name, number(now), Math.abs(now - then) > 0.5 ? signed(now - then) : ""], bar: now / largest,
      })));
    }

    panel.fit(map, data.corners);
    panel.arrows(move);
    if (first) redraw();
  };

  const short = (title) => title.replace(/\s*\[.*$/, "");
  const change = (value, from) => (from && value !== null && value !== from ? signed(100 * (value / from - 1), 2) + " %" : "");

  /* By site: point -> MW of each year. */
  function powers(data) {
    const found = data.sites.map(() => new Map());
    for (const [point, site, ...mw] of data.power) found[site].set(point, mw);
    return found;
  }
})();
