/* The table of a candidate map as a CSV file, made in the page. */
(function (own) {
  const CHUNK = 2000;

  function cell(value) {
    const text = String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }

  function value(column, row) {
    if (column.kind === "class") return column.codes[row] ? column.known[column.codes[row] - 1] : "";
    const found = column.values[row];
    return Number.isFinite(found) ? String(found) : "";
  }

  /* The place of each row by score among those that pass, equal scores alike; empty without a score. */
  function ranks(app) {
    const { scores, passes, table } = app, found = new Array(table.count).fill("");
    if (!scores) return found;
    const rows = Array.from({ length: table.count }, (_, row) => row).filter((row) => passes[row] && Number.isFinite(scores.values[row]));
    rows.sort((a, b) => scores.values[b] - scores.values[a]);
    rows.forEach((row, k) => { found[row] = k && scores.values[rows[k - 1]] === scores.values[row] ? found[rows[k - 1]] : k + 1; });
    return found;
  }

  function csv(app, columns) {
    const { table, scores, passes } = app, place = ranks(app), parts = [];
    const fixed = ["rank", "score", "passes", "site_id", ...table.name_columns, "longitude", "latitude"];
    const line = (row) => [
      place[row], scores && Number.isFinite(scores.values[row]) ? scores.values[row].toFixed(3) : "", passes[row] ? "yes" : "no",
      ...["id", "name", "other"].map((key) => own.name(table, key, row)), table.longitude[row], table.latitude[row],
      ...columns.map((column) => value(column, row)),
    ].map(cell).join(",");
    const rows = Array.from({ length: table.count }, (_, row) => row);
    rows.sort((a, b) => (place[a] || Infinity) - (place[b] || Infinity) || a - b);
    parts.push("\ufeff" + [...fixed, ...columns.map((column) => column.key)].join(",") + "\r\n"); /* the mark lets a spreadsheet read UTF-8 */
    for (let from = 0; from < rows.length; from += CHUNK) parts.push(rows.slice(from, from + CHUNK).map(line).join("\r\n") + "\r\n");
    return parts;
  }

  function save(app) {
    const all = document.querySelector("#all_columns").checked;
    const file = new Blob(csv(app, all ? app.table.columns : app.used()), { type: "text/csv" });
    const link = own.make("a", { href: URL.createObjectURL(file), download: "candidates.csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  own.save = save;
})(siting.candidates);
