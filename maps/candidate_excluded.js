/* Raster cells that rules rule out, below the places, shaded by how many rules do: all of them, or those of one rule. */
(function (own) {
  const make = (...given) => own.make(...given);
  const BLOCK_PX = 64; /* so near to each other points are shifted alike to tiles in GCJ-02 */
  const ALL = "all", PANE = "excluded";

  function bits(code) {
    let count = 0;
    for (let left = code; left; left &= left - 1) count++;
    return count;
  }

  function ink(colour) {
    const [red, green, blue] = own.hex(colour);
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }

  const Cells = own.Canvas.extend({
    name: "excluded",
    options: { pane: PANE },

    initialize(given) {
      this.given = given;
      this._inks = [0, ...given.shades.map(ink)];
    },

    beforeAdd(map) { if (!map.getPane(PANE)) map.createPane(PANE); },

    placeOn(map) { this._shifted = map.options.crs === L.CRS.GCJ02; },

    /* Shows the cells that any rule rules out, or one. They are unpacked when they are first asked for. */
    async show(rule) {
      this._rule = rule;
      const { codes, width, height } = this.given;
      this.codes = this.codes || (await own.codes(codes, width * height));
      const wanted = this._rule === ALL ? -1 : 1 << Number(this._rule), most = this._inks.length - 1;
      this._shades = Uint8Array.from(this.codes, (code) => (code & wanted ? Math.min(bits(code), most) : 0));
      if (this._map) this.later();
    },

    drawAll(context) {
      if (!this._shades) return;
      const { width, height } = this._canvas, side = this._shifted ? BLOCK_PX : Math.max(width, height);
      const picture = context.createImageData(width, height), points = new Uint32Array(picture.data.buffer);
      for (let top = 0; top < height; top += side) {
        for (let left = 0; left < width; left += side) {
          this._drawBlock(points, left, top, Math.min(left + side, width), Math.min(top + side, height));
        }
      }
      context.putImageData(picture, 0, 0);
    },

    /* For each point of the canvas the cell in which it lies: columns are even in Mercator, rows are not. */
    _drawBlock(points, left, top, right, bottom) {
      const { west, north, side, width, height } = this.given, full = this._canvas.width;
      const [up, over] = this._shift((left + right) / 2, (top + bottom) / 2), columns = [];
      for (let x = left; x < right; x++) columns.push(Math.floor((this._longitude(x + 0.5) + over - west) / side));
      for (let y = top; y < bottom; y++) {
        const row = Math.floor((north - this._latitude(y + 0.5) - up) / side);
        if (row < 0 || row >= height) continue;
        for (let x = left; x < right; x++) {
          const column = columns[x - left];
          if (column >= 0 && column < width) points[y * full + x] = this._inks[this._shades[row * width + column]];
        }
      }
    },

    _part(pixel, axis) {
      const ratio = this._canvas.width / parseFloat(this._canvas.style.width);
      return (pixel / ratio + this._corner[axis]) / this._world;
    },

    _longitude(x) { return this._part(x, "x") * 360 - 180; },

    _latitude(y) { return (Math.atan(Math.sinh(Math.PI * (1 - 2 * this._part(y, "y")))) * 180) / Math.PI; },

    /* What brings the latitude and longitude that tiles show at a point of the canvas to WGS 84. */
    _shift(x, y) {
      if (!this._shifted) return [0, 0];
      const shown = [this._latitude(y), this._longitude(x)], found = siting.fromGcj02(...shown);
      return [found[0] - shown[0], found[1] - shown[1]];
    },

    /* The cell at a place, whether it is shown, and the middle of it; null outside the grid. */
    at({ lat, lng }) {
      const { west, north, side, width, height } = this.given;
      const column = Math.floor((lng - west) / side), row = Math.floor((north - lat) / side), at = row * width + column;
      if (!this._map || !this._shades || column < 0 || column >= width || row < 0 || row >= height) return null;
      const middle = L.latLng(north - (row + 0.5) * side, west + (column + 0.5) * side);
      return { code: this.codes[at], shown: this._shades[at] > 0, middle };
    },
  });

  function degrees(value, signs) { return Math.abs(value).toFixed(3) + "\u00b0" + signs[value < 0 ? 1 : 0]; }

  /* What the pop-up of a cell says: each rule that rules it out, with its threshold and layer. */
  function content({ words }, { rules }, code, { lat, lng }) {
    const found = rules.filter((_, bit) => code & (1 << bit)), count = found.length;
    const said = count > 1 ? own.words(words.excluded_by, { count }) : count ? words.excluded_by_one : words.not_excluded;
    const list = found.map(({ name, text, layer }) => make("li", {}, name, make("small", {}, [text, layer].filter(Boolean).join(words.semicolon))));
    return make("div", { class: "popup excluded", tabindex: "-1" }, make("h2", {}, count ? words.excluded_cell : words.middle),
      make("div", { class: "also" }, `${degrees(lat, "NS")} ${degrees(lng, "EW")}`), make("p", {}, said), make("ul", {}, ...list));
  }

  function tell(app, layer, place, cell, from) {
    const box = content(app, layer.given, cell ? cell.code : 0, cell && cell.code ? cell.middle : place);
    const popup = L.popup({ maxWidth: Math.min(320, window.innerWidth - 60), minWidth: 200, autoPanPaddingTopLeft: [10, 56] });
    box.addEventListener("keydown", (event) => { if (event.key === "Escape") app.map.closePopup(popup); });
    popup.setLatLng(place).setContent(box).openOn(app.map);
    if (!from) return;
    box.focus({ preventScroll: true });
    popup.on("remove", () => from.focus());
  }

  /* The layer, its tick, its rules and its part of the state: "" not shown, "all", or the number of a rule. */
  class Excluded {
    constructor(group, given) {
      Object.assign(this, { group, layer: new Cells(given), rules: given.rules });
      group.addLayer(this.layer);
    }

    has(value) { return value === ALL || (/^\d+$/.test(value) && Number(value) < this.rules.length); }

    join(app) {
      this.app = app;
      this.tick = document.querySelector("#excluded");
      this.buttons = [...document.querySelectorAll(".rules button")];
      const { state } = app, middle = document.querySelector("#middle");
      this.tick.addEventListener("change", () => this.show(this.tick.checked ? ALL : ""));
      for (const button of this.buttons) {
        button.addEventListener("click", () => this.show(state.excluded === button.dataset.rule ? ALL : button.dataset.rule));
      }
      middle.addEventListener("click", () => this.middle(middle));
      this.group.on("add", () => { if (state.excluded === "") this.show(ALL); });
      this.group.on("remove", () => { if (state.excluded !== "") this.show(""); });
      if (state.excluded !== "") document.querySelector(".part.ruled").open = true;
      return this.show(state.excluded);
    }

    async show(value) {
      this.app.state.excluded = value;
      this.tick.checked = value !== "";
      for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.rule === value));
      this.app.link();
      if (value === "") return this.group.remove();
      this.group.addTo(this.app.map);
      return this.layer.show(value);
    }

    isShown(place) {
      const cell = this.layer.at(place);
      return cell !== null && cell.shown;
    }

    open(place) { if (this.isShown(place)) tell(this.app, this.layer, place, this.layer.at(place), null); }

    async middle(button) {
      const place = this.app.map.getCenter();
      if (this.app.state.excluded === "") await this.show(ALL);
      tell(this.app, this.layer, place, this.layer.at(place), button);
    }
  }

  siting.excludedCells = (group, given) => { own.excluded = new Excluded(group, given); };
})(siting.candidates);
