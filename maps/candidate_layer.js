/* One canvas for all candidates: circles, or squares of raster cells; only what is in view is drawn. */
(function (own) {
  const EDGE = "#33404d", FAINT_EDGE = "#98a3ad", RING = "#d55e00";
  const NEAR_PX = 9, NEAR_TOUCH_PX = 16, LEAST_PX = 2, EDGED_PX = 14;
  const { across, down } = own;

  const Cells = own.Canvas.extend({
    name: "candidates",

    initialize(table) {
      this._table = table;
      this._count = table.count;
      this._isCell = table.squares;
      this._side = table.cell_deg / 360;
      this._paint = null;
    },

    /* Where the map shows each place: as it lies, or shifted to tiles in GCJ-02. */
    placeOn(map) {
      const { count, latitude, longitude, cell_deg: side } = this._table, half = side / 2;
      const shown = map.options.crs === L.CRS.GCJ02 ? siting.toGcj02 : (y, x) => [y, x];
      for (const name of ["_x", "_y", "_left", "_right", "_top", "_bottom"]) this[name] = new Float64Array(count);
      for (let row = 0; row < count; row++) {
        const [y, x] = shown(latitude[row], longitude[row]);
        this._x[row] = across(x);
        this._y[row] = down(y);
        this._left[row] = across(x - half);
        this._right[row] = across(x + half);
        this._top[row] = down(y + half);
        this._bottom[row] = down(y - half);
      }
    },

    paint(how) {
      this._paint = how;
      this.later();
    },

    /* Rows in view by colour: those ruled out lie below, then those not known, then class by class. */
    _shown(full) {
      const { index, passes, entries, unknown, pale, isolated, out } = this._paint;
      const ruled = [], known = Array.from({ length: own.NONE + 1 }, () => []);
      const world = this._world, { x: left, y: top } = this._corner, edge = 60 + this._side * world;
      for (let row = 0; row < this._count; row++) {
        const x = this._x[row] * world - left, y = this._y[row] * world - top;
        if (x < -edge || y < -edge || x > full.x + edge || y > full.y + edge) continue;
        if (passes[row] && (isolated === null || isolated === index[row])) known[index[row]].push(row);
        else if (pale) ruled.push(row);
      }
      const groups = entries.map((entry, k) => ({ rows: known[k], colour: entry.colour, faint: false }));
      return [{ rows: ruled, colour: out, faint: true }, { rows: known[own.NONE], colour: unknown.colour, faint: false }, ...groups];
    },

    drawAll(context, full, ratio) {
      if (!this._paint) return;
      const groups = this._shown(full);
      if (this._side) this._drawSquares(context, groups, ratio);
      for (const group of groups) this._drawCircles(context, group);
      this._drawRings(context);
    },

    /* Squares go straight into the picture's points, neighbours without a seam: a hundred thousand stay fluid. */
    _drawSquares(context, groups, ratio) {
      const { width, height } = this._canvas, world = this._world * ratio, least = Math.ceil(LEAST_PX * ratio);
      const left = this._corner.x * ratio, top = this._corner.y * ratio;
      const picture = context.createImageData(width, height), points = new Uint32Array(picture.data.buffer);
      for (const { rows, colour } of groups) {
        const [red, green, blue] = own.hex(colour), ink = ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
        for (const row of rows) {
          if (!this._isCell[row]) continue;
          const x = Math.round(this._left[row] * world - left), y = Math.round(this._top[row] * world - top);
          const right = Math.min(width, Math.max(x + least, Math.round(this._right[row] * world - left)));
          const bottom = Math.min(height, Math.max(y + least, Math.round(this._bottom[row] * world - top)));
          for (let down = Math.max(y, 0); down < bottom; down++) {
            for (let at = down * width + Math.max(x, 0), end = down * width + right; at < end; at++) points[at] = ink;
          }
        }
      }
      context.putImageData(picture, 0, 0);
      if (this._side * this._world > EDGED_PX) this._drawEdges(context, groups);
    },

    _drawEdges(context, groups) {
      const world = this._world, { x: left, y: top } = this._corner;
      context.strokeStyle = EDGE;
      context.lineWidth = 0.6;
      for (const { rows } of groups) {
        for (const row of rows) {
          if (!this._isCell[row]) continue;
          const x = this._left[row] * world - left, y = this._top[row] * world - top;
          context.strokeRect(x, y, this._right[row] * world - left - x, this._bottom[row] * world - top - y);
        }
      }
    },

    _drawCircles(context, { rows, colour, faint }) {
      const world = this._world, { x: left, y: top } = this._corner;
      const radius = faint ? 2.5 : Math.max(3, Math.min(7, this._zoom * 0.9));
      context.fillStyle = colour;
      context.strokeStyle = faint ? FAINT_EDGE : EDGE;
      context.lineWidth = 0.8;
      context.beginPath();
      for (const row of rows) {
        if (this._isCell[row]) continue;
        const x = this._x[row] * world - left, y = this._y[row] * world - top;
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 2 * Math.PI);
      }
      context.fill();
      context.stroke();
    },

    /* The best by score with their places, and the one that is open. */
    _drawRings(context) {
      const world = this._world, { x: left, y: top } = this._corner, { best, open } = this._paint;
      const radius = Math.max(7, Math.min(11, this._zoom * 1.4), (this._side * world) / 1.4);
      context.font = "600 11px system-ui, sans-serif";
      context.textBaseline = "middle";
      const ring = (row, colour, width) => {
        const x = this._x[row] * world - left, y = this._y[row] * world - top;
        context.lineWidth = width;
        context.strokeStyle = colour;
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.stroke();
        return [x, y];
      };
      [...best].reverse().forEach((row, k) => {
        const [x, y] = [ring(row, "#fff", 4), ring(row, RING, 2)][1], text = String(best.length - k);
        context.lineWidth = 3;
        context.strokeStyle = "#fff";
        context.strokeText(text, x + radius + 3, y);
        context.fillStyle = "#7a3600";
        context.fillText(text, x + radius + 3, y);
      });
      if (open !== null) ring(open, "#1d2733", 3);
    },

    /* The row at a place of the map: the cell around it, else the nearest circle; -1 if none is near. */
    at(point, touch) {
      if (!this._paint || this._world === undefined) return -1;
      const world = this._world, pixel = this._map.project(point, this._zoom), { passes, pale } = this._paint;
      const near = touch ? NEAR_TOUCH_PX : NEAR_PX, x = pixel.x / world, y = pixel.y / world;
      let found = -1, least = (near / world) ** 2;
      for (let row = 0; row < this._count; row++) {
        if (!passes[row] && !pale) continue;
        const inside = this._isCell[row] && x >= this._left[row] && x < this._right[row] && y >= this._top[row] && y < this._bottom[row];
        const far = inside ? 0 : (this._x[row] - x) ** 2 + (this._y[row] - y) ** 2;
        if (far < least) [least, found] = [far, row];
      }
      return found;
    },
  });

  own.Cells = Cells;
})(siting.candidates);
