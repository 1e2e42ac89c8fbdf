/* What the user has set, and the same as the part of the address after #, so that it can be sent on. */
(function (own) {
  function fresh(table) {
    return {
      column: table.column, method: "quantiles", count: 5, limits: "", pale: true,
      weights: [], norm: "rank", best: 10, filters: [], site: "", view: null, excluded: "",
    };
  }

  function filterText(filter) {
    const end = (value) => (value === null ? "" : String(value));
    const parts = filter.classes ? ["in", ...filter.classes] : ["to", end(filter.min), end(filter.max)];
    return [filter.key, filter.unknown ? "1" : "0", ...parts].map(encodeURIComponent).join(":");
  }

  function write(state, table) {
    const start = fresh(table), found = new URLSearchParams();
    for (const key of ["column", "method", "count", "limits", "norm", "best", "site", "pale", "excluded"]) {
      if (state[key] !== start[key]) found.set(key, key === "pale" ? "0" : state[key]);
    }
    for (const { key, weight, better } of state.weights) found.append("weight", [key, weight, better].join(":"));
    for (const filter of state.filters) found.append("filter", filterText(filter));
    if (state.view) found.set("view", state.view.join(","));
    return found.toString();
  }

  function oneFilter(text, table) {
    const [key, unknown, kind, ...rest] = text.split(":").map(decodeURIComponent), column = table.by[key];
    if (!column || (kind === "in") !== (column.kind === "class")) return null;
    if (kind === "in") {
      const classes = rest.filter((each) => column.known.includes(each));
      return rest.length && !classes.length ? null : { key, unknown: unknown === "1", classes };
    }
    const [min, max] = rest.map((each) => (each === "" || !Number.isFinite(Number(each)) ? null : Number(each)));
    return { key, unknown: unknown === "1", min: min === undefined ? null : min, max: max === undefined ? null : max };
  }

  function oneWeight(text, table) {
    const [key, weight, better] = text.split(":"), share = Number(weight);
    const fits = table.by[key] && table.by[key].kind === "number" && share >= 0 && share <= 10;
    return fits && ["lower", "higher"].includes(better) ? { key, weight: share, better } : null;
  }

  /* Returns the state of a link, and what of it this page does not have. */
  function read(text, table) {
    const state = fresh(table), strange = [], given = new URLSearchParams(text);
    const take = (key, fits, value) => { if (given.has(key)) { if (fits) state[key] = value; else strange.push(`${key}=${given.get(key)}`); } };
    const all = (key, one) => given.getAll(key).map((each) => {
      let found = null;
      try { found = one(each, table); } catch { /* a broken % sequence */ }
      if (!found) strange.push(`${key}=${each}`);
      return found;
    }).filter(Boolean);
    const method = given.get("method"), count = Number(given.get("count")), best = Number(given.get("best"));
    take("method", ["quantiles", "equal", "own"].includes(method), method);
    take("count", count >= 2 && count <= 9 && Number.isInteger(count), count);
    take("limits", own.parsed(given.get("limits") || "") !== null, given.get("limits"));
    take("norm", ["rank", "range"].includes(given.get("norm")), given.get("norm"));
    take("best", best >= 1 && best <= 100 && Number.isInteger(best), best);
    take("pale", given.get("pale") === "0", false);
    take("site", true, given.get("site"));
    take("excluded", Boolean(own.excluded) && own.excluded.has(given.get("excluded") || ""), given.get("excluded"));
    state.weights = all("weight", oneWeight);
    state.filters = all("filter", oneFilter);
    const column = given.get("column"), scored = column === "score" && state.weights.length > 0;
    take("column", scored || (column !== null && Boolean(table.by[column])), column);
    const view = (given.get("view") || "").split(",").map(Number);
    take("view", view.length === 3 && view.every(Number.isFinite), view);
    return { state, strange };
  }

  Object.assign(own, { write, read });
})(siting.candidates);
