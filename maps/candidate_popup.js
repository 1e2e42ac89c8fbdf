/* The pop-up of a place: score, the columns in use, then every figure with unit, source and confidence. */
(function (own) {
  const make = (...given) => own.make(...given);

  function sourceOf(table, column, row) {
    const at = column.sources && column.sources[row] ? column.sources[row] - 1 : column.source;
    return { at, text: table.figures[at], confidence: table.confidence[at] };
  }

  /* A table of figures; the sources are numbered in the order of the rows. */
  function figures(app, columns, row, numbers) {
    const body = make("tbody", {});
    for (const column of columns) {
      const { at, confidence } = sourceOf(app.table, column, row);
      if (!numbers.has(at)) numbers.set(at, numbers.size + 1);
      const level = make("span", { class: "confidence " + confidence }, app.words[`trust_${confidence}`]);
      body.append(make("tr", {}, make("td", {}, column.label), make("td", {}, own.shown(column, row)),
        make("td", {}, level, make("sup", {}, " " + numbers.get(at)))));
    }
    const heads = ["figure", "value", "confidence"].map((key) => make("th", { scope: "col" }, app.words[key]));
    return make("table", {}, make("thead", {}, make("tr", {}, ...heads)), body);
  }

  function known(column, row) {
    return column.kind === "class" ? column.codes[row] > 0 : Number.isFinite(column.values[row]);
  }

  function state(app, row) {
    const { words, scores, passes, table } = app, lines = [];
    if (scores) {
      const values = { score: own.number(scores.values[row], 1), rank: own.number(app.rank(row), 0), left: own.number(app.left, 0) };
      lines.push(make("p", { class: "score" }, own.words(passes[row] ? words.score_of : words.score_out, values)));
    }
    if (!passes[row]) {
      const failed = own.failures(table.by, app.state.filters, row).map((filter) => `${table.by[filter.key].label} (${own.shown(table.by[filter.key], row)})`);
      lines.push(make("p", { class: "out" }, own.words(words.out_by, { filters: failed.join(words.semicolon) })));
    }
    return lines;
  }

  function content(app, row) {
    const { table, words } = app, numbers = new Map(), used = app.used();
    const first = figures(app, used, row, numbers);
    const rest = table.columns.filter((column) => known(column, row) && !used.includes(column));
    const others = table.columns.filter((column) => !known(column, row) && !used.includes(column)).map((column) => column.label);
    const all = figures(app, rest, row, numbers), sources = make("ol", {});
    for (const at of numbers.keys()) sources.append(make("li", {}, table.figures[at]));
    const more = make("details", {}, make("summary", {}, words.all_figures), all, make("h3", {}, words.sources), sources);
    if (others.length) more.append(make("p", { class: "note" }, own.words(words.not_known_here, { columns: others.join(words.semicolon) })));
    return make("div", { class: "popup", tabindex: "-1" }, make("h2", {}, own.name(table, "name", row)),
      make("div", { class: "also" }, [own.name(table, "other", row), app.where(row)].filter(Boolean).join(" · ")),
      ...state(app, row), first, more);
  }

  own.content = content;

  function plain(text) {
    return text.toLowerCase().replace(/[\s'’.·-]/g, "");
  }

  /* Rows of candidates and other places of which a name in Chinese, pinyin or English, or the id, holds every word.
     Without a digit in them the texts are enough, each once; the coordinates of cells are filled in else. */
  function find(table, typed, most) {
    const wanted = typed.split(/\s+/).map(plain).filter(Boolean), found = [];
    if (!wanted.length) return found;
    const fits = (name) => wanted.every((word) => name.includes(word));
    for (const place of table.places) if (found.length < most && place.names.some((each) => fits(plain(each)))) found.push({ place });
    const keys = ["name", "other", "pinyin", "id"], coded = wanted.some((word) => /\d/.test(word));
    const hits = keys.map((key) => table.names[key].texts.map((text) => !coded && fits(plain(text))));
    for (let row = 0; row < table.count && found.length < most; row++) {
      const fit = (key, k) => (coded ? fits(plain(own.name(table, key, row))) : hits[k][table.names[key].codes[row]]);
      if (keys.some(fit)) found.push({ row });
    }
    return found;
  }

  /* A search box with a list, by mouse, touch and keyboard. */
  function search(app) {
    const { table, words, map } = app, list = make("ul", { role: "listbox", id: "found", "aria-label": words.search });
    const input = make("input", {
      type: "search", placeholder: words.search, "aria-label": words.search, autocomplete: "off", role: "combobox",
      "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list",
    });
    let found = [], at = -1;
    const clear = () => { found = []; at = -1; list.replaceChildren(); input.setAttribute("aria-expanded", "false"); };
    const choose = ({ row, place }) => {
      input.value = place ? place.names[0] : own.name(table, "name", row);
      clear();
      if (place) map.setView([place.latitude, place.longitude], Math.max(map.getZoom(), 8), { animate: false });
      else app.open(row, true);
    };
    const mark = () => [...list.children].forEach((item, k) => {
      item.setAttribute("aria-selected", String(k === at));
      if (k === at) { item.scrollIntoView({ block: "nearest" }); input.setAttribute("aria-activedescendant", item.id); }
    });
    input.addEventListener("input", () => {
      clear();
      input.removeAttribute("aria-activedescendant");
      found = find(table, input.value, 12);
      found.forEach((each, k) => list.append(make("li", { role: "option", id: `found${k}`, "aria-selected": "false", onclick: (event) => { event.stopPropagation(); choose(each); } },
        each.place ? each.place.names[0] : own.name(table, "name", each.row),
        make("small", {}, each.place ? each.place.also : app.where(each.row)))));
      if (!found.length && plain(input.value)) list.append(make("li", { class: "none" }, words.nothing));
      input.setAttribute("aria-expanded", String(list.children.length > 0));
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") return clear();
      if (event.key === "Enter" && found.length) return choose(found[Math.max(at, 0)]);
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      at = Math.max(0, Math.min(found.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)));
      event.preventDefault();
      mark();
    });
    const box = make("div", { class: "search leaflet-control" }, input, list);
    const Search = L.Control.extend({ options: { position: "topleft" }, onAdd: () => box });
    map.addControl(new Search());
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
  }

  own.search = search;
})(siting.candidates);
