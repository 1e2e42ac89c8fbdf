/* The page's own script. Names and figures come as data and are written as text, never as HTML. */
const siting = (function () {
  let page = { sites: {}, columns: [], figures: [], words: {}, confidences: {} };
  const marked = {};
  const hooks = { chosen: null }; /* a page with a panel takes what is searched for, and returns whether it did */

  function node(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function add(parent, ...children) {
    for (const child of children) if (child) parent.appendChild(child);
    return parent;
  }

  function tableOf(rows) {
    const body = node("tbody");
    for (const [label, value, mark, level] of rows) {
      const cell = add(node("td", "", value));
      if (level) add(cell, node("span", "confidence " + level, page.confidences[level]));
      if (mark) add(cell, node("sup", "", " " + mark));
      add(body, add(node("tr"), node("td", "", label), cell));
    }
    return add(node("table"), body);
  }

  /* The figures of a candidate: value, unit, confidence, and a numbered source. */
  function figuresOf(site) {
    const numbers = new Map();
    const rows = site.values.map(([column, value, figure]) => {
      if (!numbers.has(figure)) numbers.set(figure, numbers.size + 1);
      const { label, unit } = page.columns[column];
      const level = page.figures[figure].confidence;
      return [label, value + (unit ? " " + unit : ""), numbers.get(figure), level];
    });
    const list = node("ol");
    for (const figure of numbers.keys()) add(list, node("li", "", page.figures[figure].text));
    return [tableOf(rows), list];
  }

  function popup(spec) {
    const box = node("div", "popup");
    const site = page.sites[spec.site];
    add(box, node("h2", "", spec.title || site.name), node("div", "also", spec.also || (site && site.also) || ""));
    if (spec.rows) add(box, tableOf(spec.rows));
    if (spec.note) add(box, node("div", "also", spec.note));
    return site ? add(box, ...figuresOf(site)) : box;
  }

  function opens(layer, spec) {
    let made;
    layer.bindPopup(() => made || (made = popup(spec)), {
      maxWidth: Math.min(340, window.innerWidth - 60), minWidth: 220,
      autoPanPaddingTopLeft: [10, 56], autoPanPaddingBottomRight: [10, 12],
    });
    if (spec.key) mark(spec.key, layer);
  }

  /* rows: [latitude, longitude, radius, fill, hover text, pop-up] */
  function circles(group, rows, style) {
    for (const [latitude, longitude, radius, fillColor, hover, spec] of rows) {
      const marker = L.circleMarker([latitude, longitude], { ...style, radius, fillColor });
      marker.bindTooltip(node("span", "", hover));
      opens(marker, spec);
      marker.addTo(group);
    }
  }

  /* rows: [latitude, longitude, label on the map, hover text, pop-up] */
  function icons(group, rows, kind) {
    for (const [latitude, longitude, label, hover, spec] of rows) {
      const html = add(node("div", "place " + kind), node("i"), label ? node("span", "", label) : null);
      const icon = L.divIcon({ className: "", html, iconSize: [0, 0] });
      const marker = L.marker([latitude, longitude], { icon, alt: hover, zIndexOffset: kind === "hub" ? 500 : 0 });
      marker.bindTooltip(node("span", "", hover));
      opens(marker, spec);
      marker.addTo(group);
    }
  }

  /* parts: lines of [latitude, longitude] */
  function boundaries(group, parts, style, note) {
    L.polyline(parts, { ...style, interactive: false }).addTo(group);
    legendNote(note);
  }

  function legendNote(text) {
    const legend = document.querySelector("details.legend, aside.side > details");
    if (legend) add(legend, node("p", "note", text));
  }

  function degrees(value, positive, negative) {
    return Math.abs(value) + "°" + (value < 0 ? negative : positive);
  }

  function graticule(group, map) {
    const style = { color: "#8a97a4", weight: 0.6, opacity: 0.55, interactive: false, className: "graticule" };
    const label = (point, text, anchor) => L.marker(point, {
      interactive: false, keyboard: false,
      icon: L.divIcon({ className: "degrees", html: node("span", "", text), iconSize: null, iconAnchor: anchor }),
    }).addTo(group);
    function redraw() {
      group.clearLayers();
      const view = map.getBounds().pad(0.3), seen = map.getBounds(), zoom = map.getZoom();
      const step = zoom < 5 ? 10 : zoom < 7 ? 5 : zoom < 8.5 ? 2 : 1;
      const south = Math.max(view.getSouth(), -80), north = Math.min(view.getNorth(), 80);
      for (let x = Math.ceil(view.getWest() / step) * step; x <= view.getEast(); x += step) {
        L.polyline([[south, x], [north, x]], style).addTo(group);
        if (seen.getWest() < x && x < seen.getEast()) label([seen.getSouth(), x], degrees(x, "E", "W"), [-3, 15]);
      }
      for (let y = Math.ceil(south / step) * step; y <= north; y += step) {
        L.polyline([[y, view.getWest()], [y, view.getEast()]], style).addTo(group);
        if (seen.getSouth() < y && y < seen.getNorth()) label([y, seen.getEast()], degrees(y, "N", "S"), [26, 14]);
      }
    }
    map.on("moveend", redraw);
    map.whenReady(redraw);
  }

  function matches(entry, wanted) {
    return entry.names.some((name) => name.toLowerCase().replace(/[\s'’]/g, "").includes(wanted));
  }

  function go(map, entry) {
    const markers = marked[entry.key] || [];
    map.setView([entry.latitude, entry.longitude], Math.max(map.getZoom(), 7), { animate: false });
    if (hooks.chosen && hooks.chosen(entry.key)) return;
    const shown = markers.filter((marker) => map.hasLayer(marker));
    if (shown.length) shown[shown.length - 1].openPopup();
  }

  function fill(list, found, choose) {
    list.replaceChildren();
    for (const entry of found) {
      const item = add(node("li", "", entry.names[0]), node("small", "", entry.also));
      item.setAttribute("role", "option");
      item.addEventListener("click", (event) => {
        event.stopPropagation(); /* the list is emptied, so the map could not tell that the click was not its own */
        choose(entry);
      });
      add(list, item);
    }
  }

  function search(map, entries) {
    const box = node("div", "search leaflet-control"), input = node("input"), list = node("ul");
    let found = [], at = -1;
    Object.assign(input, { type: "search", placeholder: page.words.search, autocomplete: "off" });
    input.setAttribute("aria-label", page.words.search);
    list.setAttribute("role", "listbox");
    const choose = (entry) => { input.value = entry.names[0]; found = []; list.replaceChildren(); go(map, entry); };
    input.addEventListener("input", () => {
      const wanted = input.value.toLowerCase().replace(/[\s'’]/g, "");
      found = wanted ? entries.filter((entry) => matches(entry, wanted)).slice(0, 12) : [];
      at = -1;
      fill(list, found, choose);
      if (wanted && !found.length) add(list, node("li", "none", page.words.nothing));
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && found.length) return choose(found[Math.max(at, 0)]);
      if (event.key === "ArrowDown") at = Math.min(at + 1, found.length - 1);
      else if (event.key === "ArrowUp") at = Math.max(at - 1, 0);
      else return;
      event.preventDefault();
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    });
    const Search = L.Control.extend({ options: { position: "topleft" }, onAdd: () => add(box, input, list) });
    map.addControl(new Search());
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
  }

  function data(map, given) {
    page = given;
    map.attributionControl.setPrefix("Leaflet");
    map.zoomControl.setPosition("bottomright");
    L.control.scale({ position: "bottomright", imperial: false }).addTo(map);
  }

  /* A frame of a notebook has no size before it is laid out, and no view fits into nothing. */
  function ready(map, corners) {
    const box = map.getContainer();
    if (box.clientWidth && box.clientHeight) return begin(map, corners);
    new ResizeObserver((entries, observer) => {
      if (!box.clientWidth || !box.clientHeight) return;
      observer.disconnect();
      map.invalidateSize({ animate: false });
      begin(map, corners);
    }).observe(box);
  }

  /* On a narrow page the panels start folded, so that the map is seen first. */
  function begin(map, corners) {
    const wide = window.innerWidth > 1000;
    map.fitBounds(corners, {
      animate: false,
      paddingTopLeft: wide ? [270, 24] : [24, 60], paddingBottomRight: wide ? [200, 24] : [24, 24],
    });
    const button = document.querySelector(".leaflet-control-layers-toggle");
    if (button) Object.assign(button, { title: page.words.layers }).setAttribute("aria-label", page.words.layers);
    document.querySelector(".leaflet-control-zoom-in").title = page.words.zoom_in;
    document.querySelector(".leaflet-control-zoom-out").title = page.words.zoom_out;
    map.on("popupopen", (event) => {
      const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", page.words.close);
    });
    if (window.innerWidth > 700) return;
    const layers = document.querySelector(".leaflet-control-layers");
    const fold = () => layers.classList.remove("leaflet-control-layers-expanded");
    fold();
    map.on("click", fold);
    for (const panel of document.querySelectorAll("details.legend")) panel.open = false;
  }

  function mark(key, layer) {
    (marked[key] = marked[key] || []).push(layer);
  }

  const place = (key) => page.sites[key];
  return {
    data, circles, icons, boundaries, graticule, search, ready, hooks, node, add, tableOf, figuresOf, place,
    legendNote, mark,
  };
})();
