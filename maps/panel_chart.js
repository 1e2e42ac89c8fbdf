/* Small charts of a panel or a pop-up: dots over an axis, perhaps joined, with round ticks. */
(function () {
  const { number } = siting.panel;
  const SPACE = "http://www.w3.org/2000/svg", INK = "#4a5663", RULE = "#dde2e7";

  function sign(tag, attributes, text) {
    const made = document.createElementNS(SPACE, tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /* A linear scale from values to places on the chart, with round ticks. */
  function scale(values, low, high, zero) {
    const known = values.filter(Number.isFinite);
    let least = zero ? 0 : Math.min(...known), most = Math.max(...known, zero ? 0 : -Infinity);
    if (!known.length) [least, most] = [0, 1];
    const room = 0.06 * (most - least) || 0.02 * Math.abs(most) || 1;
    [least, most] = [zero ? least : least - room, most + room];
    const rough = (most - least) / 4, power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((k) => k * power >= rough * 0.75);
    const ticks = [];
    for (let k = Math.ceil(least / step); k * step <= most; k++) ticks.push(k * step || 0);
    return { at: (value) => low + ((value - least) / (most - least)) * (high - low), ticks, step };
  }

  function ticked(value, step) {
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  /* points: { x, y, kind, label, told }; options: width, height, labels [x, y], zero, line, named, press */
  function chart(points, options) {
    const { width, height, labels } = options, left = 52, right = width - 8, top = 18, bottom = height - 34;
    const across = scale(points.map((p) => p.x), left + 6, right - 6), up = scale(points.map((p) => p.y), bottom, top, options.zero);
    const picture = sign("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img" });
    picture.setAttribute("aria-label", labels.join("; "));
    const text = (x, y, words, anchor) =>
      picture.appendChild(sign("text", { x, y, "text-anchor": anchor, "font-size": 10.5, fill: INK }, words));
    for (const y of up.ticks) {
      picture.appendChild(sign("line", { x1: left, x2: right, y1: up.at(y), y2: up.at(y), stroke: RULE }));
      text(left - 5, up.at(y) + 3.5, ticked(y, up.step), "end");
    }
    if (options.named) points.forEach((p) => { if (p.label) text(across.at(p.x), bottom + 13, p.label, "middle"); });
    else for (const x of across.ticks) text(across.at(x), bottom + 13, ticked(x, across.step), "middle");
    text(right, height - 6, labels[0], "end");
    text(4, 11, labels[1], "start");
    if (options.line) picture.appendChild(joined(points.filter((p) => p.kind === options.line), across, up));
    for (const point of points) picture.appendChild(dot(point, across.at(point.x), up.at(point.y), options.press));
    return picture;
  }

  function joined(points, across, up) {
    const line = [...points].sort((a, b) => a.x - b.x).map((p) => `${across.at(p.x).toFixed(1)},${up.at(p.y).toFixed(1)}`);
    return sign("polyline", { points: line.join(" "), class: "joined" });
  }

  /* Each kind has a shape of its own, so that colour is not needed to tell them apart. */
  function dot(point, x, y, press) {
    const box = sign("g", { class: "dot-of " + point.kind, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
    if (press) box.appendChild(sign("circle", { r: 11, class: "touch" }));
    box.appendChild(
      point.kind === "timed_out" ? sign("path", { d: "M0-5.2 5 4h-10z" })
        : point.kind === "dominated" ? sign("path", { d: "M-3.5-3.5 3.5 3.5M-3.5 3.5 3.5-3.5" })
          : sign("circle", { r: 4 }));
    if (point.knee) box.appendChild(sign("path", { d: "M0-8 8 0 0 8-8 0z", class: "knee" }));
    if (point.here) box.appendChild(sign("circle", { r: 9, class: "here" }));
    box.appendChild(sign("title", {}, point.told));
    if (press) box.addEventListener("click", () => press(point));
    return box;
  }

  siting.panel.chart = chart;
})();
