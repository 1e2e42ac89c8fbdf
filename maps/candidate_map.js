/* Joins the parts of a candidate map: state, canvas, panel, pop-ups, link and download. */
(function (own) {
  class App {
    constructor(map, table) {
      Object.assign(this, { map, table, words: table.words, isolated: null, scores: null, best: [], row: null });
      this.layer = new own.Cells(table);
    }

    /* The first picture: the chosen column in quantiles, before the rest is unpacked. */
    first() {
      const { table } = this, passes = new Uint8Array(table.count).fill(1);
      const how = { method: "quantiles", count: 5 }, classes = own.classes(table.first, how, passes, table.colours, this.words);
      this.layer.paint({ ...classes, passes, pale: true, isolated: null, best: [], open: null, out: table.colours.out });
    }

    start() {
      const { state, strange } = own.read(location.hash.slice(1), this.table);
      this.state = state;
      if (state.view) this.map.setView(state.view.slice(0, 2), state.view[2], { animate: false });
      this.refresh(true);
      own.search(this);
      this.listen();
      if (own.excluded) own.excluded.join(this);
      this.tell(strange);
      const row = state.site ? this.find(state.site) : -1;
      if (row >= 0) this.open(row, !state.view);
    }

    find(site) {
      for (let row = 0; row < this.table.count; row++) if (own.name(this.table, "id", row) === site) return row;
      return -1;
    }

    tell(strange) {
      const note = document.querySelector("#strange");
      note.textContent = strange.length ? own.words(this.words.strange, { parts: strange.join(" ") }) : "";
      note.hidden = !strange.length;
    }

    /* The column that gives the colour: one of the table, or the score. */
    column() {
      if (this.state.column === "score" && this.scores) return this.scores;
      return this.table.by[this.state.column] || this.table.first;
    }

    /* Columns in use, which a pop-up shows first. */
    used() {
      const keys = [this.state.column, ...this.state.weights.map((each) => each.key), ...this.state.filters.map((each) => each.key)];
      return [...new Set(keys)].map((key) => this.table.by[key]).filter(Boolean);
    }

    unknown(column) {
      if (column.unknown === undefined) {
        column.unknown = 0;
        for (let row = 0; row < this.table.count; row++) {
          if (column.kind === "class" ? !column.codes[row] : Number.isNaN(column.values[row])) column.unknown++;
        }
      }
      return column.unknown;
    }

    hasUnknown() { return this.unknown(this.column()) > 0; }

    ends(column) {
      const values = own.sorted(column);
      return [values[0], values[values.length - 1]];
    }

    /* Limits to start from when the user writes their own: those now shown. */
    limits() {
      const values = own.sorted(this.column()), found = [];
      for (let k = 1; k < 5; k++) found.push(Number(values[Math.floor((k * (values.length - 1)) / 5)].toPrecision(3)));
      return [...new Set(found)].join(", ");
    }

    where(row) {
      return ["province", "kind"].map((key) => this.table.by[key]).filter((column) => column && column.codes[row])
        .map((column) => own.shown(column, row)).join(" · ");
    }

    /* Place among those that pass, the best being 1. */
    rank(row) {
      let better = 0;
      const { values } = this.scores;
      for (let each = 0; each < values.length; each++) if (this.passes[each] && values[each] > values[row]) better++;
      return better + 1;
    }

    set(change) {
      Object.assign(this.state, change);
      const scored = this.state.weights.length > 0;
      if (this.state.column === "score" && !scored) this.state.column = this.table.column;
      this.isolated = null;
      this.refresh(true);
    }

    /* A slider or a limit that moves: the controls stay as they are. */
    weigh(at, change) {
      Object.assign(this.state.weights[at], change);
      this.soon();
    }

    filter(at, change) {
      Object.assign(this.state.filters[at], change);
      this.soon();
    }

    isolate(at) {
      this.isolated = at;
      this.show();
    }

    soon() {
      if (this.asked) return;
      this.asked = requestAnimationFrame(() => { this.asked = 0; this.refresh(false); });
    }

    refresh(controls) {
      const { state, table } = this, { count } = table;
      Object.assign(this, own.pass(table.by, state.filters, count));
      const values = state.weights.length ? own.score(table.by, state.weights, state.norm, count) : null;
      this.scores = values && { key: "score", kind: "number", label: this.words.score_column, unit: "", values, data: { digits: 1 } };
      this.best = values ? own.best(values, this.passes, state.best) : [];
      if (controls) for (const part of ["colour", "weights", "filters"]) this.keep(() => own.panel[part](this));
      this.show();
      own.panel.counts(this);
      own.panel.ranking(this);
      this.link();
    }

    /* Runs what makes controls anew, and puts the focus back on the one of the same id. */
    keep(work) {
      const id = document.activeElement && document.activeElement.id;
      work();
      const again = id && document.getElementById(id);
      if (again && document.activeElement !== again) again.focus();
    }

    show() {
      const { state, table } = this;
      this.classes = own.classes(this.column(), state, this.passes, table.colours, this.words);
      own.panel.legend(this);
      this.layer.paint({ ...this.classes, passes: this.passes, pale: state.pale, isolated: this.isolated, best: this.best, open: this.row, out: table.colours.out });
    }

    link() {
      const text = own.write(this.state, this.table);
      history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
      document.querySelector("#link").value = location.href;
    }

    open(row, go) {
      const { map, table } = this, point = [table.latitude[row], table.longitude[row]];
      if (go) map.setView(point, Math.max(map.getZoom(), table.cell_deg ? 9 : 7), { animate: false });
      const from = document.activeElement;
      const box = own.content(this, row);
      box.addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(this.popup); });
      this.popup = L.popup({ maxWidth: Math.min(360, window.innerWidth - 60), minWidth: 220, autoPanPaddingTopLeft: [10, 56] });
      this.popup.setLatLng(point).setContent(box).openOn(map);
      box.querySelector("details").addEventListener("toggle", () => this.popup && this.popup.update());
      this.row = row;
      this.state.site = own.name(table, "id", row);
      this.show();
      this.link();
      if (!go) return;
      box.focus({ preventScroll: true });
      this.back = from && from !== document.body ? from : null;
    }

    closed(popup) {
      if (popup !== this.popup) return;
      Object.assign(this, { row: null, popup: null });
      this.state.site = "";
      this.show();
      this.link();
      if (this.back && this.back.isConnected) this.back.focus();
      this.back = null;
    }

    listen() {
      const { map } = this, tip = L.tooltip({ direction: "top", offset: [0, -6] });
      let touch = false, hover = 0;
      map.getContainer().addEventListener("pointerdown", (event) => { touch = event.pointerType === "touch"; }, true);
      map.on("click", (event) => {
        const row = this.layer.at(event.latlng, touch);
        if (row >= 0) this.open(row, false);
        else if (own.excluded) own.excluded.open(event.latlng);
      });
      map.on("popupclose", (event) => this.closed(event.popup));
      map.on("mousemove", (event) => {
        if (hover || touch) return;
        hover = requestAnimationFrame(() => { hover = 0; this.hover(event.latlng, tip); });
      });
      map.on("mouseout", () => tip.remove());
      map.on("moveend", () => {
        const { lat, lng } = map.getCenter();
        this.state.view = [lat, lng].map((each) => Number(each.toFixed(4))).concat(map.getZoom());
        this.link();
      });
      window.addEventListener("hashchange", () => location.reload());
      document.querySelector("#copy").addEventListener("click", () => this.copy());
      document.querySelector("#save").addEventListener("click", () => own.save(this));
    }

    hover(point, tip) {
      const row = this.layer.at(point, false), box = this.map.getContainer();
      box.classList.toggle("pointed", row >= 0 || Boolean(own.excluded && own.excluded.isShown(point)));
      if (row < 0) return tip.remove();
      const column = this.column();
      const text = own.make("span", {}, own.name(this.table, "name", row) + this.words.colon + own.shown(column, row));
      tip.setLatLng([this.table.latitude[row], this.table.longitude[row]]).setContent(text);
      this.map.openTooltip(tip);
    }

    async copy() {
      const link = document.querySelector("#link"), said = document.querySelector("#copied");
      link.select();
      let done = false;
      try {
        await navigator.clipboard.writeText(link.value);
        done = true;
      } catch { /* not allowed here: the text is selected, so that the user can copy it */ }
      said.textContent = done ? this.words.copied : this.words.copy_by_hand;
    }
  }

  /* The panel takes room from the map; on a narrow page it starts folded, so that the map is seen first. */
  function settle(map, corners) {
    if (window.innerWidth <= 700) document.querySelector(".fold").open = false;
    map.invalidateSize({ animate: false });
    map.fitBounds(corners, { animate: false, padding: [26, 26] });
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(map.getContainer());
  }

  async function start(map, given) {
    if (!window.DecompressionStream) {
      document.querySelector("#left").textContent = given.words.old_browser;
      return;
    }
    const table = await own.unpack(given), app = new App(map, table);
    own.app = app;
    settle(map, given.corners);
    app.layer.addTo(map);
    app.first();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    performance.mark("drawn");
    await table.whole();
    app.start();
    document.body.classList.add("ready");
    performance.mark("ready");
  }

  siting.candidateMap = start;
})(siting.candidates);
