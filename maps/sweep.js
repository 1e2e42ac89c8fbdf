/* The map of a sweep: how often each place is chosen, over all points or those with given values. */
(function () {
  const { node, add, panel } = siting;
  const { number, percent, fill } = panel;

  siting.sweep = function (map, data) {
    const words = data.words, count = data.cases.length, state = { level: 0, least: 0, over: 0 };
    const chosen = data.axes.map(() => 0); /* 0: all values, else the number of a value from 1 on */
    for (const places of data.levels) for (const place of places) spread(place, count);
    const layers = data.levels.map((places) => panel.circles(map, places, popup));
    let used = [];

    const points = panel.section(words["points"]), told = node("p");
    data.axes.forEach((axis, k) => {
      panel.select(points, axis.name, [words["all"], ...axis.groups], (place) => { chosen[k] = place; redraw(); });
    });
    add(points, told);
    const figures = panel.section(words["figures"]), ranges = panel.table(figures);
    const list = panel.section(words["places"]);
    panel.choice(list, words["level"], [words["sites"], words["provinces"]], (place) => { state.level = place; redraw(); });
    const least = panel.slider(list, words["least"], [0, 100], (value) => { state.least = value / 100; redraw(); });
    if (data.axes.length > 1) {
      panel.select(list, words["over"], data.axes.map((axis) => axis.name), (place) => { state.over = place; redraw(); });
    }
    const table = panel.table(list), left = add(list, node("p")).lastChild;

    /* What the used points say of a place. */
    function seen(place) {
      const mw = used.map((k) => place.all[k]), sum = mw.reduce((a, b) => a + b, 0);
      const share = mw.length ? mw.filter((v) => v >= data.from_mw).length / mw.length : 0;
      return { share, mean: mw.length ? sum / mw.length : 0, low: Math.min(...mw), high: Math.max(...mw) };
    }

    function look(place) {
      const { share, mean, high } = seen(place);
      if (!used.length || high <= 0 || share < state.least) return null;
      const fillColor = data.colours[Math.min(data.colours.length - 1, Math.floor(share * data.colours.length))];
      const hover = `${place.name}${words.colon}${fill(words["hover"], { share: percent(share), mw: number(mean) })}`;
      const style = { color: "#26323d", weight: 1, fillColor, fillOpacity: 0.85 };
      return { radius: Math.max(3.5, panel.radius(mean, largest())), style, hover, className: "frequency" };
    }

    /* The same for every choice of points, so that sizes can be compared. */
    function largest() {
      const sums = data.levels[state.level].map((place) => place.all.reduce((a, b) => a + b, 0));
      return Math.max(...sums, 0) / Math.max(count, 1);
    }

    function popup(place) {
      const { share, mean, low, high } = seen(place), axis = data.axes[state.over];
      const rows = [
        [words["chosen_in"], fill(words["of_points"], { share: percent(share), points: used.length })],
        [words["mean"], number(mean) + " MW"],
        [words["range"], `${number(low)} – ${number(high)} MW`],
      ];
      const dots = data.cases.map((name, k) => ({
        x: axis ? position(axis, k) : k + 1, y: place.all[k], kind: used.includes(k) ? "proven" : "proven pale",
        label: axis && named(axis) ? axis.groups[axis.of[k]] : "", told: `${name}: ${number(place.all[k])} MW`,
      }));
      const labels = [axis ? axis.name : words["point"], "MW"];
      return [siting.tableOf(rows), panel.chart(dots, { width: 250, height: 150, labels, zero: true, named: axis && named(axis) })];
    }

    const named = (axis) => axis.x.some((value) => value === null);
    const position = (axis, k) => (named(axis) ? axis.of[k] : axis.x[k]);

    function redraw() {
      used = data.cases.map((_, k) => k).filter((k) => chosen.every((place, a) => !place || data.axes[a].of[k] === place - 1));
      told.textContent = fill(words["used"], { used: used.length, all: count });
      least.told.textContent = percent(state.least);
      layers.forEach((layer, level) => layer.draw(level === state.level ? look : () => null));
      panel.sizes(largest());
      ranges(["", words["low"], words["median"], words["high"]], data.figures.map(({ label, values, percent: asPercent }) => {
        const known = used.map((k) => values[k]).filter(Number.isFinite).sort((a, b) => a - b);
        const middle = known.length ? (known[(known.length - 1) >> 1] + known[known.length >> 1]) / 2 : NaN;
        const shown = asPercent ? (share) => percent(share, 1) : number;
        return { cells: [label, shown(known[0]), shown(middle), shown(known[known.length - 1])] };
      }));
      tell();
    }

    function tell() {
      const rows = data.levels[state.level].map((place) => ({ place, ...seen(place) }));
      const kept = rows.filter((row) => row.high > 0 && row.share >= state.least && used.length);
      kept.sort((a, b) => b.share - a.share || b.mean - a.mean);
      const heads = [words[state.level ? "province" : "site"], words["share"], words["mean_mw"], words["range_mw"]];
      table(heads, kept.slice(0, 40).map(({ place, share, mean, low, high }) => ({
        cells: [place.name, percent(share), number(mean), `${number(low)} – ${number(high)}`], bar: share, key: place.key,
      })), (key) => layers[state.level].open(key));
      left.textContent = kept.length > 40 ? fill(words["more"], { count: kept.length - 40 }) : "";
    }

    panel.fit(map, data.corners);
    redraw();
  };

  function spread(place, count) {
    place.all = new Array(count).fill(0);
    for (const [k, mw] of place.mw) place.all[k] = mw;
  }
})();
