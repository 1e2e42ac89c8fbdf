/* Filters and the weighted score of a candidate map: arithmetic alone, nothing drawn. */
(function (own) {
  /* Share of the other known places with a lower value, equal ones half; NaN where not known. */
  function ranks(column) {
    if (column.ranks) return column.ranks;
    const { values } = column, ordered = own.sorted(column), last = ordered.length - 1;
    const found = new Float32Array(values.length).fill(NaN);
    const rows = Array.from({ length: values.length }, (_, row) => row).filter((row) => !Number.isNaN(values[row]));
    rows.sort((a, b) => values[a] - values[b]);
    for (let from = 0, to; from < rows.length; from = to) {
      to = from + 1;
      while (to < rows.length && values[rows[to]] === values[rows[from]]) to++;
      const share = last > 0 ? (from + to - 1) / 2 / last : 0.5;
      for (let k = from; k < to; k++) found[rows[k]] = share;
    }
    column.ranks = found;
    return found;
  }

  /* Where a value lies between the lowest and the highest known one. */
  function ranges(column) {
    if (column.ranges) return column.ranges;
    const ordered = own.sorted(column), low = ordered[0], span = ordered[ordered.length - 1] - low;
    column.ranges = Float32Array.from(column.values, (value) => (span > 0 ? (value - low) / span : value - value + 0.5));
    return column.ranges;
  }

  /* Weighted mean, 0 to 100: each figure 0 at worst, 1 at best, and 0 where not known. */
  function score(columns, weights, method, count) {
    const total = weights.reduce((sum, each) => sum + each.weight, 0);
    const values = new Float64Array(count).fill(total > 0 ? 0 : NaN);
    if (!(total > 0)) return values;
    for (const { key, weight, better } of weights) {
      const shares = (method === "range" ? ranges : ranks)(columns[key]), part = (100 * weight) / total;
      for (let row = 0; row < count; row++) {
        const share = shares[row];
        if (share === share) values[row] += part * (better === "higher" ? share : 1 - share);
      }
    }
    return values;
  }

  function fits(filter, column) {
    if (column.kind === "class") {
      const kept = new Set(filter.classes.map((value) => column.known.indexOf(value) + 1));
      return (row) => kept.has(column.codes[row]) || (column.codes[row] === 0 && filter.unknown);
    }
    const { min, max } = filter, low = min === null ? -Infinity : min, high = max === null ? Infinity : max;
    return (row) => {
      const value = column.values[row];
      return Number.isNaN(value) ? filter.unknown : value >= low && value <= high;
    };
  }

  /* Returns who passes every filter, how many, and how many each filter rules out: in all, and alone. */
  function pass(columns, filters, count) {
    const passes = new Uint8Array(count).fill(1), failed = new Uint8Array(count), last = new Uint8Array(count);
    const out = filters.map(() => ({ all: 0, alone: 0 }));
    filters.forEach((filter, at) => {
      const fit = fits(filter, columns[filter.key]);
      for (let row = 0; row < count; row++) {
        if (fit(row)) continue;
        passes[row] = 0;
        failed[row]++;
        last[row] = at;
        out[at].all++;
      }
    });
    let left = count;
    for (let row = 0; row < count; row++) {
      if (failed[row]) left--;
      if (failed[row] === 1) out[last[row]].alone++;
    }
    return { passes, left, out };
  }

  /* The filters that a place does not pass. */
  function failures(columns, filters, row) {
    return filters.filter((filter) => !fits(filter, columns[filter.key])(row));
  }

  /* The rows of the highest scores among those that pass, best first; of equal ones the first. */
  function best(values, passes, count) {
    const found = [];
    for (let row = 0; row < values.length; row++) {
      if (!passes[row] || Number.isNaN(values[row])) continue;
      if (found.length === count && values[row] <= values[found[count - 1]]) continue;
      let at = found.length;
      while (at > 0 && values[found[at - 1]] < values[row]) at--;
      found.splice(at, 0, row);
      if (found.length > count) found.pop();
    }
    return found;
  }

  Object.assign(own, { score, pass, failures, best });
})(siting.candidates);
