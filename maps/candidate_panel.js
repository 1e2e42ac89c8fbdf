/* The panel beside a candidate map: colour, legend, score, filters. It shows the state and changes it. */
(function (own) {
  const make = (...given) => own.make(...given);

  /* A select of columns by group; classes and the score come first where they may be chosen. */
  function columnSelect(app, label, selected, options) {
    const { table, words } = app, select = make("select", { "aria-label": label });
    if (options.hint) select.append(make("option", { value: "" }, options.hint));
    if (options.score) select.append(make("option", { value: "score" }, words.score_column));
    const groups = options.classes ? [["classes", table.columns.filter((each) => each.kind === "class")]] : [];
    for (const key of Object.keys(table.groups)) {
      if (key !== "classes") groups.push([key, table.columns.filter((each) => each.kind === "number" && each.group === key)]);
    }
    for (const [key, columns] of groups) {
      const found = columns.filter((each) => !(options.taken || []).includes(each.key));
      if (!found.length) continue;
      const group = make("optgroup", { label: table.groups[key] });
      for (const each of found) group.append(make("option", { value: each.key }, each.label + (each.unit ? ` [${each.unit}]` : "")));
      select.append(group);
    }
    select.value = selected;
    return select;
  }

  function labelled(text, control) {
    return make("label", {}, make("span", {}, text), control);
  }

  function choice(values, selected, change) {
    const select = make("select", { onchange: () => change(select.value) });
    for (const [value, text] of values) select.append(make("option", { value }, text));
    select.value = selected;
    return select;
  }

  function colour(app) {
    const { state, words } = app, box = document.querySelector("#colour");
    const column = columnSelect(app, words.colour_by, state.column, { classes: true, score: state.weights.length > 0 });
    column.id = "column";
    column.addEventListener("change", () => app.set({ column: column.value }));
    box.replaceChildren(labelled(words.colour_by, column));
    if (app.column().kind === "class") return;
    const method = choice([["quantiles", words.quantiles], ["equal", words.equal], ["own", words.own]], state.method,
      (value) => app.set({ method: value, limits: value === "own" && !state.limits ? app.limits() : state.limits }));
    method.id = "method";
    const row = make("div", { class: "pair" }, labelled(words.classed_by, method));
    if (state.method === "own") {
      const limits = make("input", { id: "limits", type: "text", value: state.limits, inputmode: "text" });
      limits.addEventListener("change", () => app.set({ limits: limits.value }));
      if (own.parsed(state.limits) === null) limits.setAttribute("aria-invalid", "true");
      row.append(labelled(words.limits, limits));
    } else {
      const counts = [3, 4, 5, 6, 7, 8, 9].map((each) => [String(each), String(each)]);
      const count = choice(counts, String(state.count), (value) => app.set({ count: Number(value) }));
      count.id = "count";
      row.append(labelled(words.class_count, count));
    }
    box.append(row);
  }

  /* Each class with its colour and count; a press shows that class alone, another one shows all again. */
  function legend(app) {
    const { classes, words, state } = app, box = document.querySelector("#legend");
    const column = app.column(), rows = [];
    const most = Math.max(1, ...classes.entries.map((entry) => entry.count));
    const row = (entry, at) => make("button", {
      type: "button", class: "row" + (app.isolated === at ? " alone" : ""), "aria-pressed": String(app.isolated === at),
      title: words.alone, style: `--share: ${(100 * Math.min(1, entry.count / most)).toFixed(1)}%`,
      onclick: () => app.isolate(app.isolated === at ? null : at),
    }, swatch(entry.colour, entry.outside ? "outside" : ""), make("span", { class: "what" }, entry.label), make("span", { class: "many" }, own.number(entry.count, 0)));
    classes.entries.forEach((entry, k) => rows.push(row(entry, k)));
    if (column.kind === "number" ? classes.unknown.count || app.hasUnknown() : app.hasUnknown()) rows.push(row(classes.unknown, classes.unknown.at));
    const out = app.table.count - app.left;
    if (out && state.pale) {
      rows.push(make("div", { class: "row" }, swatch(app.table.colours.out, "out"), make("span", { class: "what" }, words.ruled_out), make("span", { class: "many" }, own.number(out, 0))));
    }
    const heading = make("p", { class: "note" }, column.label + (column.unit ? ` [${column.unit}]` : ""));
    box.replaceChildren(heading, ...rows);
    document.querySelector("#mini").replaceChildren(make("b", {}, heading.textContent),
      ...classes.entries.filter((entry) => entry.count).slice(0, 9).map((entry) => make("span", {}, swatch(entry.colour, ""), entry.label)));
  }

  function swatch(colour, kind) {
    const made = make("i", { class: "swatch " + kind, "aria-hidden": "true" });
    made.style.background = colour;
    return made;
  }

  function weightRow(app, weight, at) {
    const { table, words } = app, column = table.by[weight.key];
    const slider = make("input", { type: "range", min: "0", max: "10", step: "1", value: String(weight.weight) });
    slider.setAttribute("aria-label", own.words(words.weight_of, { column: column.label }));
    const shown = make("output", {}, String(weight.weight));
    slider.addEventListener("input", () => { shown.textContent = slider.value; app.weigh(at, { weight: Number(slider.value) }); });
    const better = choice([["lower", words.lower], ["higher", words.higher]], weight.better, (value) => app.weigh(at, { better: value }));
    better.setAttribute("aria-label", own.words(words.better_of, { column: column.label }));
    const unknown = app.unknown(column);
    return make("div", { class: "item weight" },
      make("div", { class: "head" }, make("span", {}, column.label), remove(app, () => app.set({ weights: app.state.weights.filter((_, k) => k !== at) }), column)),
      make("div", { class: "inline" }, slider, shown, better),
      unknown ? make("p", { class: "note" }, own.words(words.unknown_worst, { count: own.number(unknown, 0) })) : null);
  }

  function remove(app, act, column) {
    const label = own.words(app.words.remove, { column: column.label });
    return make("button", { type: "button", class: "remove", title: label, "aria-label": label, onclick: act }, "\u00d7");
  }

  function weights(app) {
    const { state, words } = app, box = document.querySelector("#weights");
    const add = columnSelect(app, words.add_weight, "", { hint: words.add_weight, taken: state.weights.map((each) => each.key) });
    add.id = "add_weight";
    add.addEventListener("change", () => {
      if (!add.value) return;
      const made = { key: add.value, weight: 5, better: app.table.by[add.value].better };
      app.set({ weights: [...state.weights, made], column: "score" });
      document.querySelector("#add_weight").focus();
    });
    const norm = choice([["rank", words.by_rank], ["range", words.by_range]], state.norm, (value) => app.set({ norm: value }));
    norm.id = "norm";
    const best = make("input", { id: "best_count", type: "number", min: "1", max: "100", step: "1", value: String(state.best) });
    best.addEventListener("change", () => app.set({ best: Math.max(1, Math.min(100, Math.round(Number(best.value)) || 10)) }));
    box.replaceChildren(...state.weights.map((weight, at) => weightRow(app, weight, at)), add);
    if (state.weights.length) box.append(make("div", { class: "pair" }, labelled(words.norm, norm), labelled(words.best_count, best)));
  }

  /* The formula in words, and the best places as buttons. */
  function ranking(app) {
    const { state, words, table } = app, text = document.querySelector("#formula"), list = document.querySelector("#best");
    text.textContent = state.weights.length ? formula(app) : words.no_score;
    list.replaceChildren(...app.best.map((row) => make("li", {}, make("button", { type: "button", onclick: () => app.open(row, true) },
      make("span", { class: "what" }, own.name(table, "name", row)), make("small", {}, app.where(row)),
      make("b", {}, own.number(app.scores.values[row], 1))))));
  }

  function formula(app) {
    const { state, words, table } = app, total = state.weights.reduce((sum, each) => sum + each.weight, 0);
    if (!total) return words.no_weight;
    const parts = state.weights.filter((each) => each.weight).map((each) => own.words(words.part, {
      weight: each.weight, direction: words[each.better], column: table.by[each.key].label,
    }));
    return own.words(words.formula, { parts: parts.join(" + "), total, how: words[`how_${state.norm}`], count: own.number(table.count, 0) });
  }

  function numberFilter(app, filter, at, column) {
    const ends = [["min", app.words.from], ["max", app.words.to]].map(([end, text]) => {
      const [low, high] = app.ends(column), input = make("input", {
        type: "number", step: "any", placeholder: own.number(end === "min" ? low : high, undefined, column.data.digits),
        value: filter[end] === null ? "" : String(filter[end]), "aria-label": `${column.label}: ${text}`,
      });
      input.addEventListener("input", () => app.filter(at, { [end]: input.value === "" ? null : Number(input.value) }));
      return labelled(text, input);
    });
    return make("div", { class: "pair" }, ...ends, column.unit ? make("span", { class: "unit" }, column.unit) : null);
  }

  function classFilter(app, filter, at, column) {
    const box = make("div", { class: "ticks" });
    column.known.forEach((value, k) => {
      const tick = make("input", { type: "checkbox", checked: filter.classes.includes(value) });
      tick.addEventListener("change", () => {
        const kept = column.known.filter((each) => (each === value ? tick.checked : app.state.filters[at].classes.includes(each)));
        app.filter(at, { classes: kept });
      });
      box.append(make("label", {}, tick, make("span", {}, column.wording[k])));
    });
    const all = (classes) => () => { app.filter(at, { classes }); filters(app); };
    return make("div", {}, make("div", { class: "inline" },
      make("button", { type: "button", onclick: all([...column.known]) }, app.words.all),
      make("button", { type: "button", onclick: all([]) }, app.words.none)), box);
  }

  function filterRow(app, filter, at) {
    const column = app.table.by[filter.key], known = make("input", { type: "checkbox", checked: filter.unknown });
    known.addEventListener("change", () => app.filter(at, { unknown: known.checked }));
    return make("div", { class: "item filter" },
      make("div", { class: "head" }, make("span", {}, column.label), remove(app, () => app.set({ filters: app.state.filters.filter((_, k) => k !== at) }), column)),
      (filter.classes ? classFilter : numberFilter)(app, filter, at, column),
      app.unknown(column) ? make("label", { class: "tick" }, known, make("span", {}, own.words(app.words.keep_unknown, { count: own.number(app.unknown(column), 0) }))) : null,
      make("p", { class: "note out" }));
  }

  function filters(app) {
    const { state, words, table } = app, box = document.querySelector("#filters");
    const add = columnSelect(app, words.add_filter, "", { hint: words.add_filter, classes: true, taken: state.filters.map((each) => each.key) });
    add.id = "add_filter";
    add.addEventListener("change", () => {
      const column = table.by[add.value];
      if (!column) return;
      const made = column.kind === "class" ? { key: column.key, unknown: true, classes: [...column.known] } : { key: column.key, unknown: true, min: null, max: null };
      app.set({ filters: [...state.filters, made] });
      document.querySelector("#add_filter").focus();
    });
    const pale = make("input", { type: "checkbox", id: "pale", checked: state.pale });
    pale.addEventListener("change", () => app.set({ pale: pale.checked }));
    box.replaceChildren(...state.filters.map((filter, at) => filterRow(app, filter, at)), add);
    if (state.filters.length) box.append(make("label", { class: "tick" }, pale, make("span", {}, words.show_out)));
  }

  /* How many are left, and how many each filter rules out: said at every change, without new controls. */
  function counts(app) {
    const { words, state, out, left, table } = app, box = document.querySelector("#left");
    const values = { left: own.number(left, 0), all: own.number(table.count, 0) };
    const clear = make("button", {
      type: "button", "aria-label": words.clear_filters, onclick: () => app.set({ filters: [] }),
    }, words.clear);
    box.classList.toggle("none", left === 0);
    box.replaceChildren(own.words(left ? words.left : words.none_left, values), ...(state.filters.length ? [clear] : []));
    document.querySelectorAll("#filters .out").forEach((note, at) => {
      const { all, alone } = out[at];
      note.textContent = all ? own.words(words.out, { all: own.number(all, 0), alone: own.number(alone, 0) }) : words.out_none;
    });
  }

  own.panel = { colour, legend, weights, ranking, filters, counts };
})(siting.candidates);
