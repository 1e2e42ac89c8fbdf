/* The plan map: its state, the slider over the years, and the headline above the map. */
siting.plan = (function () {
  const { node, add, hooks } = siting;
  const layers = [], drawers = {};
  const state = { map: null, data: null, year: 0, site: null, timer: null };
  const PACE_MS = 1400, MOST_TICKS = 6;

  /* Texts with {names} filled in. */
  function say(key, values) {
    const text = state.data.words[key];
    return values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name]) : text;
  }

  /* A number with thousands commas; about three figures unless `digits` says; a dash if missing. */
  function number(value, digits) {
    if (value === null || value === undefined) return "–";
    const size = Math.abs(value);
    const shown = digits !== undefined ? digits : size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return value.toLocaleString("en-US", { minimumFractionDigits: shown, maximumFractionDigits: shown });
  }

  function fact(site, name) {
    return state.data.sites.facts[name].values[site][state.year];
  }

  /* Folium calls this for each layer that follows the year. */
  function layer(group, kind, place) {
    layers.push({ group, kind, place });
  }

  function isOn(kind, place) {
    return layers.some((each) => each.kind === kind && each.place === place && state.map.hasLayer(each.group));
  }

  /* Hidden layers are drawn when they are switched on. */
  function redraw() {
    for (const { group, kind, place } of layers) {
      group.clearLayers();
      if (state.map.hasLayer(group)) drawers[kind](group, place);
    }
  }

  function switched() {
    legend();
    redraw();
  }

  function headline() {
    const items = state.data.headlines[state.year].map(([label, value]) =>
      add(node("li", "", label + " "), node("b", "", value)));
    document.querySelector(".headline").replaceChildren(...items);
  }

  function show(year) {
    state.year = year;
    headline();
    siting.plan.counts();
    redraw();
    for (const each of hooks.years) each();
  }

  function stop() {
    clearInterval(state.timer);
    state.timer = null;
    for (const each of hooks.years) each();
  }

  function next() {
    if (state.year + 1 < state.data.years.length) show(state.year + 1);
    if (state.year + 1 >= state.data.years.length) stop();
  }

  function toggle() {
    if (state.timer) return stop();
    if (state.year + 1 >= state.data.years.length) show(0);
    state.timer = setInterval(next, PACE_MS);
    for (const each of hooks.years) each();
  }

  function go(year) {
    stop();
    show(year);
  }

  function sliderOf(years) {
    const slider = node("input");
    Object.assign(slider, { type: "range", min: 0, max: years.length - 1, step: 1 });
    slider.setAttribute("aria-label", say("year"));
    slider.addEventListener("input", () => go(Number(slider.value)));
    return slider;
  }

  function ticksOf(years) {
    const ticks = node("div", "ticks"), every = Math.ceil((years.length - 1) / MOST_TICKS) || 1;
    years.forEach((year, place) => {
      const tick = node("button", "tick", String(year));
      Object.assign(tick, { type: "button", tabIndex: -1 }); /* the slider does the same by keyboard */
      if (place % every && place !== years.length - 1) tick.style.visibility = "hidden";
      tick.addEventListener("click", () => go(place));
      add(ticks, tick);
    });
    return ticks;
  }

  function buttonOf(className, click) {
    const button = node("button", className);
    button.type = "button";
    button.addEventListener("click", click);
    return button;
  }

  function timeBar() {
    const bar = document.querySelector(".years"), years = state.data.years;
    const play = buttonOf("play", toggle), slider = sliderOf(years), ticks = ticksOf(years);
    const now = node("output", "now");
    add(bar, play, add(node("div", "track"), slider, ticks), now, siting.plan.limitsButton(buttonOf));
    bar.classList.toggle("single", years.length < 2);
    hooks.years.push(() => {
      slider.value = state.year;
      slider.setAttribute("aria-valuetext", String(years[state.year]));
      now.textContent = years[state.year];
      play.textContent = state.timer ? "❚❚" : "▶";
      play.title = say(state.timer ? "pause" : "play");
      play.setAttribute("aria-label", play.title);
      [...ticks.children].forEach((tick, place) => tick.classList.toggle("at", place === state.year));
    });
  }

  /* Space plays and pauses where it does nothing else. */
  function keys() {
    document.addEventListener("keydown", (event) => {
      const free = !event.target.closest("input, button, summary, a, select, .leaflet-marker-icon");
      if (event.key === " " && free) { event.preventDefault(); toggle(); }
      if (event.key === "Escape") siting.plan.close();
    });
  }

  /* The legend speaks of a layer only while it is on. */
  function legend() {
    for (const part of document.querySelectorAll("[data-legend]")) {
      const kinds = part.dataset.legend.split(" ");
      part.hidden = !layers.some(({ group, kind }) => kinds.includes(kind) && state.map.hasLayer(group));
    }
  }

  /* From far away names are left out and circles are smaller. */
  function zoomed() {
    const zoom = state.map.getZoom(), box = state.map.getContainer(), size = siting.plan.scale();
    box.classList.toggle("far", zoom < 4);
    box.classList.toggle("farther", zoom < 3.4);
    if (size === state.size) return;
    state.size = size;
    siting.plan.sizes();
    redraw();
  }

  function start(map, data) {
    Object.assign(state, { map, data, year: data.start });
    hooks.years = [];
    hooks.chosen = (key) => siting.place(key) ? (siting.plan.open(key), true) : false;
    siting.plan.panel();
    timeBar();
    keys();
    legend();
    map.on("overlayadd overlayremove", switched);
    map.on("zoomend", zoomed);
    state.size = siting.plan.scale();
    siting.plan.sizes();
    zoomed();
    show(data.start);
    map.invalidateSize({ pan: false }); /* what stands above the map has its height now */
    new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(map.getContainer());
  }

  return { state, drawers, say, number, fact, layer, isOn, redraw, start, buttonOf };
})();
