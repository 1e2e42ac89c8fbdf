/* A canvas over the view: drawn anew once the map has moved, stretched with it meanwhile. */
(function (own) {
  const MARGIN = 0.15;

  /* Mercator, the world 1 wide: a place's pixel is this times the world's width, less the corner of the view. */
  function across(longitude) { return (longitude + 180) / 360; }
  function down(latitude) {
    const sine = Math.sin((Math.max(-85, Math.min(85, latitude)) * Math.PI) / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }

  /* A layer has a name, and draws by drawAll(context, size of the canvas, points of the screen a pixel). */
  const Canvas = L.Layer.extend({
    onAdd(map) {
      this.placeOn(map);
      this._canvas = L.DomUtil.create("canvas", this.name + " leaflet-zoom-animated", this.getPane());
      this._canvas.setAttribute("aria-hidden", "true");
      this.draw();
    },

    onRemove() { this._canvas.remove(); },

    getEvents() {
      const events = { moveend: this.draw, viewreset: this.draw, zoom: this.later, resize: this.draw };
      if (this._map.options.zoomAnimation) events.zoomanim = this._animate;
      return events;
    },

    later() {
      if (this._asked) return;
      this._asked = requestAnimationFrame(() => { this._asked = 0; if (this._map) this.draw(); });
    },

    _animate(event) {
      const scale = this._map.getZoomScale(event.zoom, this._zoom);
      const corner = this._map._latLngBoundsToNewLayerBounds(this._bounds, event.zoom, event.center).min;
      L.DomUtil.setTransform(this._canvas, corner, scale);
    },

    /* Pixel of the canvas = Mercator x world - corner. */
    draw() {
      const map = this._map, size = map.getSize(), margin = size.multiplyBy(MARGIN).round();
      const corner = map.containerPointToLayerPoint(margin.multiplyBy(-1)), full = size.add(margin.multiplyBy(2));
      const ratio = window.devicePixelRatio || 1, canvas = this._canvas;
      this._zoom = map.getZoom();
      this._bounds = L.latLngBounds(map.layerPointToLatLng(corner), map.layerPointToLatLng(corner.add(full)));
      L.DomUtil.setTransform(canvas, corner, 1);
      canvas.width = full.x * ratio;
      canvas.height = full.y * ratio;
      canvas.style.width = full.x + "px";
      canvas.style.height = full.y + "px";
      this._world = 256 * 2 ** this._zoom;
      this._corner = map.getPixelOrigin().add(corner);
      const context = canvas.getContext("2d");
      context.scale(ratio, ratio);
      this.drawAll(context, full, ratio);
    },
  });

  Object.assign(own, { Canvas, across, down });
})(siting.candidates);
