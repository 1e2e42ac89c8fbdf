/* Small figures of the panel as SVG: a waterfall of cost, the hours of a day, a legend. */
(function () {
  const { node, add } = siting, plan = siting.plan, { state, say, number, shape } = plan;
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", STEPS = 64 * 64 - 1;
  const WIDTH = 372, SERIES = ["purchase", "direct", "discharge", "charge"];
  const COLOURS = { purchase: "grid", direct: "direct", discharge: "battery", charge: "battery" };

  function text(x, y, words, anchor, className) {
    const made = shape("text", { x, y, "text-anchor": anchor || "start", class: className || "" });
    made.textContent = words;
    return made;
  }

  function rect(x, y, width, height, fill, more) {
    return shape("rect", { x, y, width: Math.max(0, width), height: Math.max(0, height), fill, ...more });
  }

  function picture(height, label, className) {
    return shape("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label, class: className });
  }

  /* A name cut to a width, a Chinese character taken for two letters. */
  function fitted(name, width) {
    let room = width / 5.7;
    for (let at = 0; at < name.length; at += 1) {
      room -= name.charCodeAt(at) < 0x2e80 ? 1 : 2;
      if (room < 1 && at < name.length - 1) return name.slice(0, at) + "…";
    }
    return name;
  }

  /* Rows of [name, amount], one below the other, from nought to their sum, which is the last bar. */
  plan.waterfall = function (rows, label) {
    const total = rows.reduce((sum, row) => sum + row[1], 0), step = 17, left = 152, right = 62;
    const svg = picture((rows.length + 1) * step + 2, label, "waterfall");
    let from = 0;
    const spans = rows.map(([name, amount]) => { const start = from; from += amount; return [name, start, from, amount]; });
    const ends = [0, total, ...spans.map((span) => span[2])], low = Math.min(...ends), high = Math.max(...ends);
    const at = (value) => left + ((WIDTH - left - right) * (value - low)) / (high - low || 1);
    [...spans, [say("total"), 0, total, total]].forEach(([name, start, end, amount], place) => {
      const y = place * step, last = place === spans.length;
      const fill = last ? "#4a5663" : amount < 0 ? "#0072b2" : "#d55e00";
      add(svg, text(left - 6, y + 12, fitted(name, left - 6), "end", last ? "total" : ""),
        rect(at(Math.min(start, end)), y + 3, Math.abs(at(end) - at(start)), step - 5, fill, { "data-amount": amount }),
        text(WIDTH, y + 12, number(amount), "end", last ? "total" : ""));
      if (!last) add(svg, shape("line", { x1: at(end), x2: at(end), y1: y + 3, y2: y + step + 3, stroke: "#4a5663", "stroke-width": 0.6 }));
    });
    return svg;
  };

  function unpack(letters, largest) {
    const hours = new Array(24).fill(0);
    for (let hour = 0; hour < letters.length / 2; hour += 1) {
      const step = 64 * LETTERS.indexOf(letters[2 * hour]) + LETTERS.indexOf(letters[2 * hour + 1]);
      hours[hour] = (largest * step) / STEPS;
    }
    return hours;
  }

  /* The 24 hours of a site on a day of the year shown: what is drawn, and the load that it serves. */
  plan.hoursOf = function (site, day) {
    const { hours } = state.data, parts = hours.packed[site][state.year][day].split(",");
    const found = {};
    SERIES.forEach((name, place) => { found[name] = unpack(parts[place] || "", hours.largest_mw[site]); });
    found.load = found.purchase.map((mw, hour) => mw + found.direct[hour] + found.discharge[hour] - found.charge[hour]);
    return found;
  };

  function axis(svg, at, low, high) {
    const rough = (high - low) / 4 || 1, power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((each) => each * power >= rough);
    for (let value = Math.ceil(low / step) * step; value <= high; value += step) {
      add(svg, shape("line", { x1: 40, x2: WIDTH, y1: at(value), y2: at(value), class: value === 0 ? "nought" : "grid" }),
        text(36, at(value) + 4, number(value || 0, step < 1 ? 1 : 0), "end"));
    }
  }

  function hourTexts(hours, hour) {
    const named = ["load", ...SERIES].filter((name) => name === "load" || hours[name].some((mw) => mw > 0));
    const two = (value) => String(value).padStart(2, "0");
    return two(hour) + ":00–" + two(hour + 1) + ":00  " +
      named.map((name) => say("hour_" + name) + " " + number(hours[name][hour])).join(" · ") + " MW";
  }

  /* Areas of supply stacked, charging below nought, the load as a line; an hour touched is told in words. */
  plan.day = function (hours, label) {
    const height = 176, foot = 22, top = 6, svg = picture(height, label, "day"), told = node("div", "hour", say("hour_touch"));
    const stacked = hours.purchase.map((mw, hour) => mw + hours.direct[hour] + hours.discharge[hour]);
    const high = Math.max(1e-9, ...stacked, ...hours.load), low = -Math.max(0, ...hours.charge);
    const at = (value) => top + ((height - foot - top) * (high - value)) / (high - low), wide = (WIDTH - 40) / 24;
    axis(svg, at, low, high);
    for (let hour = 0; hour < 24; hour += 1) {
      let base = 0;
      for (const name of ["purchase", "direct", "discharge"]) {
        const mw = hours[name][hour], y = at(base + mw);
        if (mw > 0) add(svg, rect(40 + hour * wide, y, wide + 0.3, at(base) - y, state.data.mix[COLOURS[name]], { "data-series": name }));
        base += mw;
      }
      if (hours.charge[hour] > 0) add(svg, rect(40 + hour * wide, at(0), wide + 0.3, at(-hours.charge[hour]) - at(0), state.data.mix.battery, { "data-series": "charge", "fill-opacity": 0.55 }));
      if (hour % 6 === 0) add(svg, text(40 + hour * wide, height - 6, hour + ":00"));
    }
    const path = hours.load.map((mw, hour) => `${hour ? "L" : "M"}${40 + hour * wide} ${at(mw)}H${40 + (hour + 1) * wide}`).join("");
    add(svg, shape("path", { d: path, class: "load" }));
    for (let hour = 0; hour < 24; hour += 1) {
      const column = rect(40 + hour * wide, 0, wide, height - foot, "transparent", { "data-hour": hour });
      for (const kind of ["pointerenter", "click"]) column.addEventListener(kind, () => { told.textContent = hourTexts(hours, hour); });
      add(svg, column);
    }
    return add(node("div"), svg, told);
  };

  plan.keys = function (rows) {
    const box = node("div", "keys");
    for (const [name, colour, kind] of rows) {
      const sign = node("i", kind || "block");
      sign.style.background = kind ? "none" : colour;
      sign.style.borderColor = colour;
      add(box, add(node("span"), sign, document.createTextNode(name)));
    }
    return box;
  };

  /* One bar of parts side by side, and their shares in words. */
  plan.mixBar = function (mix) {
    const whole = Object.values(mix).reduce((sum, size) => sum + size, 0), bar = node("div", "mix");
    for (const [name, size] of Object.entries(mix)) {
      const part = node("b");
      Object.assign(part.style, { width: (100 * size) / (whole || 1) + "%", background: state.data.mix[name] });
      add(bar, part);
    }
    const rows = Object.entries(mix).filter(([, size]) => size > 0.0005 * whole).map(([name, size]) =>
      [say("mix_" + name) + " " + number((100 * size) / whole, 1) + " %", state.data.mix[name]]);
    return add(node("div"), bar, plan.keys(rows));
  };
})();
