/* Classes of a column for colour and legend: quantiles, equal steps, the user's limits, or its own classes. */
(function (own) {
  const NONE = 255, DASH = " \u2013 ";

  function sorted(column) {
    if (!column.sorted) column.sorted = Float64Array.from(column.values).filter(Number.isFinite).sort();
    return column.sorted;
  }

  function quantile(values, share) {
    const at = share * (values.length - 1), low = Math.floor(at), high = Math.min(low + 1, values.length - 1);
    return values[low] + (at - low) * (values[high] - values[low]);
  }

  /* Inner limits of classes with as many places each: fewer where values repeat. */
  function quantiles(values, count) {
    const limits = [];
    for (let k = 1; k < count; k++) limits.push(quantile(values, k / count));
    return [...new Set(limits)].filter((limit) => limit > values[0]);
  }

  /* Inner limits at multiples of 1, 2 or 5 x 10^n. */
  function equal(values, count) {
    const low = values[0], high = values[values.length - 1], rough = (high - low) / count;
    if (!(rough > 0)) return [];
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999);
    const limits = [];
    for (let k = Math.floor(low / step) + 1; k * step < high; k++) limits.push(Number((k * step).toPrecision(12)));
    return limits;
  }

  /* Limits from text such as "300, 350; 400", or null if it is none. */
  function parsed(text) {
    const parts = text.split(/[\s,;，；、]+/).filter((part) => part !== "").map(Number);
    if (!parts.length || !parts.every(Number.isFinite)) return null;
    return [...new Set(parts)].sort((a, b) => a - b);
  }

  function hex(colour) {
    return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  }

  function between(scale, share) {
    const at = share * (scale.length - 1), low = Math.min(Math.floor(at), scale.length - 2);
    const [from, to] = [hex(scale[low]), hex(scale[low + 1])];
    const mixed = from.map((part, k) => Math.round(part + (at - low) * (to[k] - part)));
    return "#" + mixed.map((part) => part.toString(16).padStart(2, "0")).join("");
  }

  function spread(scale, count) {
    if (count === 1) return [between(scale, 0.5)];
    return Array.from({ length: count }, (_, k) => between(scale, k / (count - 1)));
  }

  /* The fewest decimals at which no class is told wider or narrower than it is by a tenth. */
  function decimals(ends) {
    for (let digits = 0; digits < 6; digits++) {
      const told = (k) => Number(ends[k + 1].toFixed(digits)) - Number(ends[k].toFixed(digits));
      if (ends.slice(1).every((end, k) => Math.abs(told(k) - (end - ends[k])) <= 0.1 * (end - ends[k]))) return digits;
    }
    return 6;
  }

  function labels(limits, values, outside, words) {
    const ends = outside ? limits : [values[0], ...limits, values[values.length - 1]];
    const digits = decimals(ends), text = (value) => own.number(value, digits);
    const found = ends.slice(1).map((end, k) => text(ends[k]) + DASH + text(end));
    if (!outside) return found;
    const [first, last] = [text(limits[0]), text(limits[limits.length - 1])];
    return [own.words(words.below, { value: first }), ...found, own.words(words.above, { value: last })];
  }

  function place(values, limits, index) {
    for (let row = 0; row < values.length; row++) {
      const value = values[row];
      let at = 0;
      if (Number.isNaN(value)) at = NONE;
      else while (at < limits.length && value >= limits[at]) at++;
      index[row] = at;
    }
  }

  function ofNumbers(column, how, colours, words) {
    const values = sorted(column), given = how.method === "own" ? parsed(how.limits) : null;
    const outside = given !== null;
    const limits = !values.length ? [] : given || (how.method === "equal" ? equal : quantiles)(values, how.count);
    const index = new Uint8Array(column.values.length);
    place(column.values, limits, index);
    const inner = outside ? limits.length - 1 : limits.length + 1;
    const scale = inner > 0 ? spread(colours.scale, inner) : [];
    const names = values.length ? labels(limits, values, outside, words) : [];
    const all = outside ? [colours.below, ...scale, colours.above] : scale;
    return { index, entries: names.map((label, k) => ({ label, colour: all[k], outside: outside && (k === 0 || k === names.length - 1) })) };
  }

  function ofClasses(column, colours) {
    const count = column.wording.length;
    const scale = column.ordered ? spread(colours.scale, count) : colours.classes;
    const index = new Uint8Array(column.codes.length);
    for (let row = 0; row < index.length; row++) index[row] = column.codes[row] ? Math.min(column.codes[row] - 1, NONE - 1) : NONE;
    return { index, entries: column.wording.map((label, k) => ({ label, colour: scale[k] || colours.others })) };
  }

  /* Returns the class of each place (255: not known) and, for each class, label, colour and count of those that pass. */
  function classes(column, how, passes, colours, words) {
    const made = column.kind === "class" ? ofClasses(column, colours) : ofNumbers(column, how, colours, words);
    const counts = new Array(256).fill(0);
    for (let row = 0; row < made.index.length; row++) if (passes[row]) counts[made.index[row]]++;
    made.entries.forEach((entry, k) => { entry.count = counts[k]; });
    made.unknown = { label: words.unknown, colour: colours.unknown, count: counts[NONE], at: NONE };
    return made;
  }

  Object.assign(own, { classes, sorted, parsed, hex, NONE });
})(siting.candidates);
