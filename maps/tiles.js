/* Background tiles. Tiles in GCJ-02 get a projection that shifts on drawing; all else stays in WGS 84. */
(function () {
  const AXIS_M = 6378245, ECCENTRICITY2 = 0.00669342162296594323; /* Krasovsky 1940 */
  const WEST = 72.004, EAST = 137.8347, SOUTH = 0.8293, NORTH = 55.8271; /* outside nothing is shifted */
  const sin = (turns) => Math.sin(turns * Math.PI);

  function waves(v, short, long) {
    return (20 * sin(v) + 40 * sin(v / 3) + short * sin(v / 12) + long * sin(v / 30)) * 2 / 3;
  }

  /* The formula known from public implementations (docs/maps.md); metres to the east and to the north. */
  function offset(x, y) {
    const ripple = (20 * sin(6 * x) + 20 * sin(2 * x)) * 2 / 3, root = Math.sqrt(Math.abs(x));
    return {
      east: 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple + waves(x, 150, 300),
      north: -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple + waves(y, 160, 320),
    };
  }

  /* Where a web map in GCJ-02 shows a point of WGS 84 [degrees]. */
  siting.toGcj02 = function (latitude, longitude) {
    if (longitude < WEST || longitude > EAST || latitude < SOUTH || latitude > NORTH) return [latitude, longitude];
    const { east, north } = offset(longitude - 105, latitude - 35), degree = Math.PI / 180;
    const root = 1 - ECCENTRICITY2 * Math.sin(latitude * degree) ** 2;
    return [
      latitude + north * root ** 1.5 / (AXIS_M * (1 - ECCENTRICITY2) * degree),
      longitude + east * root ** 0.5 / (AXIS_M * Math.cos(latitude * degree) * degree),
    ];
  };

  /* The other way round, by repeated subtraction: each round brings the error down a thousandfold. */
  siting.fromGcj02 = function (latitude, longitude) {
    let guess = [latitude, longitude];
    for (let round = 0; round < 4; round++) {
      const shifted = siting.toGcj02(guess[0], guess[1]);
      guess = [guess[0] + latitude - shifted[0], guess[1] + longitude - shifted[1]];
    }
    return guess;
  };

  const plain = L.CRS.EPSG3857;
  L.CRS.GCJ02 = L.extend({}, plain, {
    projection: L.extend({}, plain.projection, {
      project: (point) => plain.projection.project(L.latLng(siting.toGcj02(point.lat, point.lng))),
      unproject: function (point) {
        const shown = plain.projection.unproject(point);
        return L.latLng(siting.fromGcj02(shown.lat, shown.lng));
      },
    }),
  });

  siting.tiles = function (map, addresses, options, note) {
    for (const address of addresses) {
      L.tileLayer(address, { ...options, referrerPolicy: "strict-origin-when-cross-origin" }).addTo(map);
    }
    map.setMaxZoom(options.maxZoom);
    siting.legendNote(note);
  };
})();
