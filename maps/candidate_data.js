/* The candidate map's tables: unpacked from the page, with names, numbers and words as text. */
siting.candidates = {};
(function (own) {
  const PLACE = /[\u0001-\u0006]/g;

  async function inflate(text) {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  /* Bytes come plane by plane, the lowest first; with steps each number is the last one plus its own. */
  async function codes(packed, count) {
    const planes = await inflate(packed.data), found = new Uint32Array(count);
    for (let plane = 0; plane < packed.width; plane++) {
      const start = plane * count, shift = 8 * plane;
      for (let row = 0; row < count; row++) found[row] |= planes[start + row] << shift;
    }
    if (!packed.steps) return found;
    const most = packed.width === 4 ? -1 : (1 << (8 * packed.width)) - 1;
    for (let row = 1; row < count; row++) found[row] = (found[row] + found[row - 1]) & most;
    return found;
  }

  async function numbers(packed, count) {
    const whole = await codes(packed, count), values = new Float64Array(count), parts = 10 ** packed.digits;
    for (let row = 0; row < count; row++) values[row] = whole[row] ? (packed.low + whole[row] - 1) / parts : NaN;
    return values;
  }

  async function list(packed) {
    return new TextDecoder().decode(await inflate(packed)).split("\0");
  }

  async function texts(packed, count) {
    return { texts: await list(packed.texts), codes: await codes(packed.codes, count) };
  }

  async function column(given, count) {
    const whole = { ...given };
    if (given.kind === "number") whole.values = await numbers(given.data, count);
    else whole.codes = await codes(given.data, count); /* 0: none, else the class, counted from 1 */
    if (given.sources) whole.sources = await codes(given.sources, count);
    return whole;
  }

  /* What is drawn first comes first; the rest is unpacked while it is looked at. */
  async function unpack(given) {
    const [latitude, longitude] = await Promise.all(
      [given.latitude, given.longitude].map((packed) => numbers(packed, given.count)));
    const first = given.columns.find((each) => each.key === given.column);
    const squares = await codes(given.squares, given.count); /* 1: a raster cell, whose side is told */
    const table = { ...given, latitude, longitude, squares, first: await column(first, given.count) };
    table.whole = async () => {
      const [columns, figures, id, first_name, other_name, pinyin] = await Promise.all([
        Promise.all(given.columns.map((each) => (each === first ? table.first : column(each, given.count)))),
        list(given.figures),
        ...["id", "name", "other", "pinyin"].map((key) => texts(given.names[key], given.count)),
      ]);
      Object.assign(table, { columns, figures, names: { id, name: first_name, other: other_name, pinyin } });
      table.by = Object.fromEntries(columns.map((each) => [each.key, each]));
      return table;
    };
    return table;
  }

  function degrees(value, digits, signs) {
    return Math.abs(value).toFixed(digits) + (value < 0 ? signs[1] : signs[0]);
  }

  /* Names of cells hold their coordinates, which are written in here: as they are, small, without a dot. */
  function name(table, key, row) {
    const { texts, codes } = table.names[key], text = texts[codes[row]];
    return text.replace(PLACE, (sign) => {
      const kind = sign.charCodeAt(0) - 1, axis = kind % 2 ? "longitude" : "latitude";
      const shown = degrees(table[axis][row], table.place_digits, kind % 2 ? "EW" : "NS");
      return kind < 2 ? shown : kind < 4 ? shown.toLowerCase() : shown.toLowerCase().replace(".", "");
    });
  }

  /* About three figures, with thousands commas; never more decimals than are kept. */
  function number(value, digits, most = 3) {
    if (!Number.isFinite(value)) return "\u2013";
    const size = Math.abs(value);
    const wanted = size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    const decimals = digits === undefined ? Math.max(0, Math.min(wanted, most)) : digits;
    const shown = value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    return Number(shown.replaceAll(",", "")) === 0 ? shown.replace("-", "") : shown;
  }

  function words(text, values) {
    return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? values[key] : whole));
  }

  /* make("button", { class: "x", onclick: f }, "text", child): texts stay texts. */
  function make(tag, given, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(given || {})) {
      if (value === undefined || value === null || value === false) continue;
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (key in made && key !== "list" && typeof value !== "string") made[key] = value;
      else made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  /* The value of a column at a place, in words with its unit. */
  function shown(column, row) {
    if (column.kind === "class") return column.wording[column.codes[row] - 1] || "\u2013";
    const value = column.values[row];
    return number(value, undefined, column.data.digits) + (Number.isFinite(value) && column.unit ? " " + column.unit : "");
  }

  Object.assign(own, { unpack, codes, name, number, words, make, shown });
})(siting.candidates);
