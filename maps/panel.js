/* What pages with a panel share: controls, tables, figures as text, and circles that change. */
(function () {
  const { node, add } = siting;
  if (document.querySelector("aside.panel")) document.body.classList.add("panelled");

  /* The same figures as in all tables: about three of them, thousands with commas. */
  function number(value, digits) {
    if (value === null || value === undefined || !Number.isFinite(value)) return "–";
    const size = Math.abs(value);
    const places = digits !== undefined ? digits : size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    const shown = value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
    return /[1-9]/.test(shown) ? shown : shown.replace("-", "");
  }

  const signed = (value, digits) => (value > 0 && /[1-9]/.test(number(value, digits)) ? "+" : "") + number(value, digits);
  const percent = (share, digits) => number(100 * share, digits === undefined ? 0 : digits) + " %";
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));

  function fit(map, corners) {
    map.fitBounds(corners, { animate: false, paddingTopLeft: [36, 62], paddingBottomRight: [60, 36] });
  }

  function section(title) {
    const part = node("section");
    if (title) add(part, node("h2", "", title));
    add(document.getElementById("panel"), part);
    return part;
  }

  /* options: texts; calls change(place) */
  function select(parent, label, options, change) {
    const list = node("select"), row = add(node("label", "field"), node("span", "", label), list);
    options.forEach((text, place) => {
      const option = node("option", "", text);
      option.value = String(place);
      add(list, option);
    });
    list.addEventListener("change", () => change(Number(list.value)));
    add(parent, row);
    return list;
  }

  /* One of several, as buttons side by side; keys: left and right. */
  function choice(parent, label, options, change) {
    const box = node("fieldset", "choice"), name = "choice-" + document.querySelectorAll("fieldset.choice").length;
    add(box, node("legend", "", label));
    options.forEach((text, place) => {
      const input = node("input");
      Object.assign(input, { type: "radio", name, value: String(place), checked: place === 0 });
      input.addEventListener("change", () => change(place));
      add(box, add(node("label"), input, node("span", "", text)));
    });
    add(parent, box);
  }

  function slider(parent, label, ends, change) {
    const input = node("input"), told = node("output");
    Object.assign(input, { type: "range", min: ends[0], max: ends[1], step: 1, value: ends[0] });
    input.setAttribute("aria-label", label);
    input.addEventListener("input", () => change(Number(input.value)));
    add(parent, add(node("label", "field wide"), add(node("span", "", label), told), input));
    return { input, told };
  }

  /* rows: { cells, key, bar: share of the first cell that is coloured } */
  function table(parent) {
    const made = node("table", "figures");
    add(parent, add(node("div", "scroll"), made));
    return function (heads, rows, open) {
      made.replaceChildren(add(node("thead"), add(node("tr"), ...heads.map((text) => node("th", "", text)))));
      const body = add(made, node("tbody")).lastChild;
      for (const row of rows) {
        const line = add(node("tr", row.className || ""), ...row.cells.map((text) => node("td", "", text)));
        if (row.bar !== undefined) line.firstChild.style.setProperty("--bar", (100 * row.bar).toFixed(1) + "%");
        if (row.key && open) asButton(line, row.cells[0], () => open(row.key));
        add(body, line);
      }
    };
  }

  function asButton(line, name, press) {
    const button = node("button", "link", name);
    button.type = "button";
    button.addEventListener("click", press);
    line.firstChild.replaceChildren(button);
  }

  /* Circles of places, smaller ones on top; popup(place) returns its content each time it is asked. */
  function circles(map, places, popup, pane) {
    const group = L.layerGroup().addTo(map), renderer = pane ? L.svg({ pane }) : undefined;
    const markers = places.map((place) => {
      const marker = L.circleMarker(place.at, pane ? { pane, renderer } : {});
      marker.bindTooltip(() => node("span", "", place.hover || place.name));
      marker.bindPopup(() => content(place, popup), {
        maxWidth: Math.min(340, window.innerWidth - 60), minWidth: 230, autoPanPaddingTopLeft: [10, 56],
      });
      siting.mark(place.key, marker);
      return marker;
    });
    /* look(place, number) returns { radius, style, hover }, or nothing where the place is not shown */
    function draw(look) {
      const looks = places.map(look), order = [...looks.keys()].filter((k) => looks[k]);
      order.sort((a, b) => looks[b].radius - looks[a].radius);
      markers.forEach((marker, k) => { if (!looks[k]) group.removeLayer(marker); });
      for (const k of order) {
        places[k].hover = looks[k].hover;
        markers[k].setRadius(looks[k].radius).setStyle(looks[k].style);
        const sign = "spot " + (looks[k].className || "");
        group.addLayer(markers[k]);
        markers[k].getElement().setAttribute("class", sign + " leaflet-interactive");
        markers[k].bringToFront();
        if (markers[k].isPopupOpen()) markers[k].getPopup().update();
      }
    }
    function open(key) {
      const k = places.findIndex((place) => place.key === key);
      if (k < 0 || !group.hasLayer(markers[k])) return;
      map.setView(places[k].at, Math.max(map.getZoom(), 5), { animate: false });
      markers[k].openPopup();
    }
    return { draw, open, group };
  }

  function content(place, popup) {
    const box = add(node("div", "popup"), node("h2", "", place.name), node("div", "also", place.also));
    return add(box, ...popup(place));
  }

  const radius = (mw, largest) => (largest > 0 ? Math.max(2, 16 * Math.sqrt(Math.max(mw, 0) / largest)) : 2);

  /* The legend of circle sizes: up to three round ones. */
  function sizes(largest) {
    const box = document.getElementById("sizes"), power = 10 ** Math.floor(Math.log10(largest || 1));
    const top = largest > 0 ? power * [5, 2, 1].find((k) => k * power <= largest) : 0;
    box.replaceChildren(...(top ? [top, top / 5, top / 20] : []).map((mw) => {
      const dot = node("i", "size"), side = 2 * radius(mw, largest) + "px";
      Object.assign(dot.style, { width: side, height: side });
      return add(node("span"), dot, node("div", "", number(mw) + " MW"));
    }));
  }

  /* The arrow keys, where nothing else has use for them. */
  function arrows(step) {
    document.addEventListener("keydown", (event) => {
      const taken = event.target.closest("input, select, textarea, .leaflet-container");
      if (taken || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowRight") step(1);
      else if (event.key === "ArrowLeft") step(-1);
      else return;
      event.preventDefault();
    });
  }

  siting.panel = { fit, number, signed, percent, fill, section, select, choice, slider, table, circles, radius, sizes, arrows };
})();
