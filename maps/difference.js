/* The map of a comparison: what changes from a base to a plan, either of them, or both under a handle to swipe. */
(function () {
  const { node, add, panel } = siting;
  const { number, signed, fill } = panel;
  const KINDS = ["gained", "grown", "same", "shrunk", "lost"], LEAST_MW = 0.01;

  function kindOf(before, after) {
    if (Math.abs(after - before) <= LEAST_MW) return "same";
    if (before <= LEAST_MW) return "gained";
    if (after <= LEAST_MW) return "lost";
    return after > before ? "grown" : "shrunk";
  }

  siting.difference = function (map, data) {
    const words = data.words, state = { run: 0, mode: 0, year: data.years.length - 1 };
    const shown = Object.fromEntries(KINDS.map((kind) => [kind, true]));
    const looks = styles(data.colours);
    for (const side of ["left", "right"]) map.createPane(side).style.zIndex = 420;
    let layers = null;

    const what = panel.section();
    if (data.runs.length > 1) panel.select(what, words.run, data.runs.map((run) => run.name), (k) => { state.run = k; change(); });
    const modes = [words.difference, data.base, "", words.swipe];
    panel.choice(what, words.show, modes, (k) => { state.mode = k; redraw(); });
    const nameOfRun = what.querySelectorAll("fieldset span")[2];
    if (data.years.length > 1) {
      const list = panel.select(what, words.year, data.years.map(String), (k) => { state.year = k; redraw(); });
      list.value = String(state.year);
    }
    const kinds = add(panel.section(words.sites), node("table", "figures kinds")).lastChild;
    const provinces = panel.table(panel.section(words.provinces));
    const sums = panel.section(words.totals), totals = panel.table(sums), told = add(panel.section(words.told), node("ul")).lastChild;
    sums.classList.add("wrapped");
    const handle = swipe(map, words, () => [data.base, run().name]);

    function run() {
      return data.runs[state.run];
    }

    function change() {
      if (layers) layers.forEach((layer) => layer.group.remove());
      const places = run().sites;
      layers = [
        panel.circles(map, places, popup), panel.circles(map, places.map((p) => ({ ...p })), popup, "left"),
        panel.circles(map, places.map((p) => ({ ...p })), popup, "right"),
      ];
      nameOfRun.textContent = run().name;
      told.replaceChildren(...run().lines.map((line) => node("li", "", line)));
      totals([words.item, data.base, run().name, words.change], run().totals.map((cells) => ({ cells })));
      redraw();
    }

    const before = (place) => place.base[state.year], after = (place) => place.run[state.year];
    const kind = (place) => kindOf(before(place), after(place));

    function largest() {
      const of = state.mode ? (p) => [...p.base, ...p.run] : (p) => p.base.map((mw, k) => Math.abs(p.run[k] - mw));
      return Math.max(0, ...run().sites.flatMap(of));
    }

    function redraw() {
      const most = largest(), { mode } = state;
      layers[0].draw((place) => {
        const is = kind(place), by = after(place) - before(place);
        if (mode || !shown[is] || (before(place) <= LEAST_MW && after(place) <= LEAST_MW)) return null;
        const size = is === "same" ? 3.5 : Math.max(4, panel.radius(Math.abs(by), most));
        return { radius: size, style: looks[is], className: "change " + is, hover: `${place.name}${words.colon}${signed(by)} MW` };
      });
      [[1, 1, before], [2, 2, after]].forEach(([layer, own, mw]) => layers[layer].draw((place) => {
        if ((mode !== own && mode !== 3) || mw(place) <= LEAST_MW) return null;
        return { radius: panel.radius(mw(place), most), style: looks.plan, className: "plan", hover: `${place.name}${words.colon}${number(mw(place))} MW` };
      }));
      handle.show(mode === 3);
      panel.sizes(most);
      tell();
    }

    function tell() {
      const rows = KINDS.map((is) => ({ is, of: run().sites.filter((p) => kind(p) === is && before(p) + after(p) > LEAST_MW) }));
      kinds.replaceChildren(add(node("tbody"), ...rows.map(({ is, of }) => {
        const box = node("input"), by = of.reduce((sum, p) => sum + after(p) - before(p), 0);
        Object.assign(box, { type: "checkbox", checked: shown[is] });
        box.addEventListener("change", () => { shown[is] = box.checked; redraw(); });
        const name = add(node("label"), box, node("i", "dot change key-" + is), node("span", "", words["is_" + is]));
        const size = is === "same" ? "" : signed(by) + " MW";
        return add(node("tr"), add(node("td"), name), node("td", "", String(of.length)), node("td", "", size));
      })));
      const list = run().provinces.filter((p) => before(p) + after(p) > 0.5);
      list.sort((a, b) => Math.abs(after(b) - before(b)) - Math.abs(after(a) - before(a)) || after(b) - after(a));
      const digits = list.some((p) => Math.max(before(p), after(p)) >= 1000) ? 0 : undefined;
      const sum = (mw) => list.reduce((all, p) => all + mw(p), 0);
      const cells = (name, was, is) => [name, number(was, digits), number(is, digits), Math.abs(is - was) > 0.5 ? signed(is - was, digits) : "0"];
      const body = list.map((p) => ({ cells: cells(p.name, before(p), after(p)) }));
      body.push({ cells: cells(words.all, sum(before), sum(after)), className: "total" });
      provinces([words.province, data.base, run().name, words.change], body);
    }

    function popup(place) {
      const rows = [
        [data.base, number(before(place)) + " MW"], [run().name, number(after(place)) + " MW"],
        [words.change, `${signed(after(place) - before(place))} MW (${words["is_" + kind(place)]})`],
      ];
      const parts = [siting.tableOf(rows)];
      if (place.as_good.length) parts.push(node("div", "also", fill(words.as_good, { runs: place.as_good.join(words.comma) })));
      if (data.years.length > 1) {
        const dots = data.years.flatMap((year, k) => [["base", place.base[k]], ["run", place.run[k]]].map(([side, y]) => ({
          x: year, y, kind: side === "base" ? "dominated" : "proven", label: side === "base" ? String(year) : "",
          told: `${side === "base" ? data.base : run().name}, ${year}: ${number(y)} MW`,
        })));
        parts.push(panel.chart(dots, { width: 250, height: 140, labels: [fill(words.marks, { base: data.base, run: run().name }), "MW"], zero: true, named: true, line: "proven" }));
      }
      return parts;
    }

    panel.fit(map, data.corners);
    change();
  };

  function styles({ more, less }) {
    return {
      plan: { color: "#3d2b56", weight: 1.2, fillColor: "#7b5aa6", fillOpacity: 0.68, dashArray: null },
      gained: { color: "#7a3600", weight: 1.2, fillColor: more, fillOpacity: 0.68, dashArray: null },
      grown: { color: more, weight: 2.2, fillColor: more, fillOpacity: 0.14, dashArray: null },
      same: { color: "#4a5663", weight: 1, fillColor: "#c3cad1", fillOpacity: 0.9, dashArray: null },
      shrunk: { color: less, weight: 2.2, fillColor: less, fillOpacity: 0.14, dashArray: "4 3" },
      lost: { color: "#00344f", weight: 1.2, fillColor: less, fillOpacity: 0.68, dashArray: null },
    };
  }

  /* A handle over the map: the base to its left, the plan to its right. Keys: left and right. */
  function swipe(map, words, names) {
    const handle = node("div", "swipe"), labels = [node("span", "swipe-name"), node("span", "swipe-name")];
    let share = 0.5, on = false;
    Object.assign(handle, { tabIndex: 0, role: "slider", ariaLabel: words.swipe, ariaValueMin: "0", ariaValueMax: "100" });
    add(map.getContainer(), add(handle, ...labels));
    L.DomEvent.disableClickPropagation(handle);

    function clip() {
      const size = map.getSize(), corner = map.containerPointToLayerPoint([0, 0]), x = corner.x + size.x * share;
      const ends = { left: [corner.x - 9, x], right: [x, corner.x + size.x + 9] };
      for (const [side, [low, high]] of Object.entries(ends)) {
        map.getPane(side).style.clip = on ? `rect(${corner.y - 9}px, ${high}px, ${corner.y + size.y + 9}px, ${low}px)` : "";
      }
      handle.style.left = 100 * share + "%";
      handle.ariaValueNow = String(Math.round(100 * share));
    }

    function move(to) {
      share = Math.min(0.97, Math.max(0.03, to));
      clip();
    }

    handle.addEventListener("pointerdown", (event) => { handle.setPointerCapture(event.pointerId); event.stopPropagation(); });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = map.getContainer().getBoundingClientRect();
      move((event.clientX - box.left) / box.width);
    });
    handle.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -0.05, ArrowRight: 0.05 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      move(share + by);
    });
    map.on("move zoomend resize", clip);
    return {
      show(visible) {
        on = visible;
        handle.hidden = !visible;
        names().forEach((name, k) => { labels[k].textContent = name; });
        clip();
      },
    };
  }
})();
