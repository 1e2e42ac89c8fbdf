/* The panel beside the map: a site, or the limits by province. */
(function () {
  const { node, add } = siting, plan = siting.plan, { state, say, number, section, note } = plan;
  const view = { box: null, body: null, title: null, kind: "", shown: null, from: null };

  function limitRow(name, share, kind, told) {
    return add(node("div", "limit-row"), add(node("div"), node("b", "", name), node("span", "", told)), plan.gauge(share, kind));
  }

  function headroomRows() {
    const rows = state.data.headroom, year = state.year;
    return rows.name.map((name, place) => ({ name, place, used: rows.used_mw[place][year], limit: rows.limit_mw[place][year] }))
      .filter((row) => row.limit !== null).map((row) => ({ ...row, share: row.limit > 0 ? row.used / row.limit : 0 }))
      .sort((a, b) => b.share - a.share || b.used - a.used).map(({ name, place, used, limit, share }) => {
        const bought = rows.upgrade_mw[place][year], more = bought > 0 ? say("upgraded", { mw: number(bought) }) : "";
        const drawn = rows.water[place][year];
        const water = !(drawn > 0) ? "" : say("water_told", { water: number(drawn / state.data.words.water_scale) });
        return limitRow(name, share, "headroom", say("headroom_told", { used: number(used), limit: number(limit) }) + more + water);
      });
  }

  function quotaRows() {
    const rows = state.data.quotas, year = state.year;
    return rows.name.map((name, place) => ({ name, place })).filter(({ place }) => rows.quota_m3[place][year] !== null)
      .map(({ name, place }) => {
        const used = rows.used_m3[place][year], limit = rows.quota_m3[place][year];
        return limitRow(name + " · " + say("quota_" + rows.kind[place]), limit > 0 ? used / limit : used > 0 ? 1 : 0, "quota",
          say("quota_told", { used: number(used), limit: number(limit) }));
      });
  }

  function limitsBody() {
    const year = state.data.years[state.year], headroom = headroomRows(), quotas = quotaRows();
    return [
      section(say("headroom_title", { year }), note(say("headroom_note")), ...(headroom.length ? headroom : [note(say("headroom_none"))])),
      section(say("quota_title", { year }), ...(quotas.length ? quotas : [note(say("quota_none"))])),
    ];
  }

  /* What was unfolded and focused stays so when the panel is written again. */
  function keeping(write) {
    const all = (kind) => [...view.body.querySelectorAll(kind)], touched = "button, select, summary";
    const at = all(touched).indexOf(document.activeElement), open = all("details").map((each) => each.open);
    write();
    const now = all("details");
    if (now.length === open.length) now.forEach((each, place) => { each.open = open[place]; });
    if (at >= 0 && all(touched)[at]) all(touched)[at].focus({ preventScroll: true });
  }

  plan.draw = function () {
    if (!view.kind) return;
    const site = view.kind === "site", at = view.box.scrollTop;
    const known = site && siting.place(state.site);
    view.title.textContent = site ? (known ? known.name : state.site) : say("limits");
    const write = () => view.body.replaceChildren(...(site ? plan.siteBody(state.site) : limitsBody()).filter(Boolean));
    if (view.shown === state.site) keeping(write);
    else write();
    view.shown = state.site;
    view.box.scrollTop = at;
  };

  /* The list of layers is folded while the panel takes its room. */
  function foldLayers(fold) {
    const layers = document.querySelector(".leaflet-control-layers");
    if (fold || window.innerWidth > 700) layers.classList.toggle("leaflet-control-layers-expanded", !fold);
  }

  function reveal(kind) {
    if (!view.kind) view.from = document.activeElement;
    view.kind = kind;
    view.box.hidden = false;
    document.body.classList.add("with-panel");
    foldLayers(true);
    state.map.invalidateSize({ animate: false, pan: false });
    plan.draw();
    view.box.scrollTop = 0;
    view.title.focus({ preventScroll: true });
  }

  /* On a phone the panel covers the lower part: the site moves into what is left. */
  function into(at) {
    const size = state.map.getSize(), sheet = window.innerWidth <= 700 ? view.box.offsetHeight : 0;
    const point = state.map.latLngToContainerPoint(at);
    const inside = point.x > 30 && point.y > 30 && point.x < size.x - 30 && point.y < size.y - sheet - 30;
    if (!inside) state.map.panBy([point.x - size.x / 2, point.y - (size.y - sheet) / 2], { animate: false });
  }

  plan.whereIs = function (id) {
    const site = state.data.sites.id.indexOf(id), equal = state.data.equivalents.find((row) => row[0] === id);
    return site >= 0 ? plan.placeOf(site) : equal ? [equal[3], equal[4]] : state.map.getCenter();
  };

  plan.open = function (id) {
    state.site = id;
    state.map.closePopup();
    reveal("site");
    plan.redraw();
    into(plan.whereIs(id));
  };

  plan.showLimits = function () {
    state.site = null;
    reveal("limits");
    plan.redraw();
  };

  plan.close = function () {
    if (!view.kind) return;
    view.kind = "";
    state.site = null;
    view.box.hidden = true;
    document.body.classList.remove("with-panel");
    foldLayers(false);
    state.map.invalidateSize({ animate: false, pan: false });
    plan.redraw();
    if (view.from && view.from.isConnected) view.from.focus({ preventScroll: true });
  };

  plan.limitsButton = function (buttonOf) {
    const button = buttonOf("limits-button", () => (view.kind === "limits" ? plan.close() : plan.showLimits()));
    button.textContent = say("limits_button");
    return button;
  };

  plan.panel = function () {
    view.box = node("aside", "panel");
    view.title = node("h2");
    view.title.tabIndex = -1;
    view.body = node("div", "body");
    const close = plan.buttonOf("close", plan.close);
    close.textContent = "×";
    close.setAttribute("aria-label", say("close"));
    view.box.hidden = true;
    state.map.getContainer().addEventListener("focusin", (event) => {
      if (window.innerWidth <= 700 && event.target.closest(".search")) foldLayers(true);
    });
    view.box.setAttribute("aria-label", say("panel"));
    add(document.querySelector("main"), add(view.box, add(node("div", "bar"), view.title, close), view.body));
    plan.layer(L.featureGroup().addTo(state.map), "chosen");
    siting.hooks.years.push(plan.draw);
  };
})();
