// The atlas: a stage, a year and a measure are chosen; map, key, table and sentence follow.
const forms = {
  text: (value) => value,
  year: (value) => String(value),
  count: (value) => Math.round(value).toLocaleString("en-US"),
  decimal: (value) => value.toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  share: (value) => `${Math.round(100 * value)}%`,
};
const written = (value, kind) => (value === null ? "–" : Array.isArray(value) ? value[0] : forms[kind](value));

class AnsweringAtlas {
  constructor(root) {
    this.root = root;
    this.data = JSON.parse(root.querySelector(".data").textContent);
    this.table = tables.get(root.querySelector("table"));
    this.areas = [...root.querySelectorAll("path[data-place]")];
    this.choices = Object.fromEntries([...root.querySelectorAll("select[name]")].map((s) => [s.name, s]));
    this.tip = root.querySelector(".tip");
    root.querySelector(".choices").hidden = false;
    for (const choice of Object.values(this.choices)) choice.addEventListener("change", () => this.show());
    if (this.areas.length) this.listen();
    this.show();
  }

  show() {
    const measure = this.data.measures[this.choices.measure.value];
    const key = `${this.choices.stage.value}|${this.choices.year.value}`;
    const rows = this.data.slices[key] ?? [];
    this.root.querySelector(".says").textContent = this.data.says[key];
    this.table.refill(rows.map((row) => this.row(row)));
    if (!this.areas.length) return;
    const found = new Map(rows.map((row) => [row[0], row]));
    for (const area of this.areas) {
      const row = found.get(area.dataset.place);
      const value = row ? row[measure.at] : null;
      const name = row ? row[this.data.place] : area.dataset.place;
      area.setAttribute("fill", this.color(value, measure));
      area.classList.toggle("unknown", value === null);
      const said = value === null ? words.unknown : value[0] === "*" ? words.hidden : written(value, measure.kind);
      area.setAttribute("aria-label", `${name}: ${said}`);
    }
    this.drawKey(measure, rows);
  }

  row([place, ...cells]) {
    const row = make("tr", { "data-place": place });
    cells.forEach((value, at) => {
      const kind = this.data.kinds[at];
      const cell = make(at ? "td" : "th", { class: kind }, written(value, kind));
      if (!at) cell.scope = "row";
      row.append(cell);
    });
    return row;
  }

  color(value, { edges, colors, none, unknown }) {
    if (value === null) return unknown;
    if (Array.isArray(value)) return colors[0]; // hidden: small, or shown as if it were
    if (value === 0) return none;
    const at = edges.findIndex((edge) => value < edge);
    return colors[at < 0 ? colors.length - 1 : Math.max(at - 1, 0)];
  }

  drawKey(measure, rows) {
    const { edges, colors, kind } = measure;
    const classes = colors.map((color, i) =>
      [color, fill(words.to, { low: written(edges[i], kind), high: written(edges[i + 1], kind) })]);
    const entries = [[measure.none, words.none], ...classes];
    if (rows.some((row) => row[measure.at] === null)) entries.push([measure.unknown, words.unknown]);
    this.root.querySelector(".key").replaceChildren(...entries.map(([color, text]) => {
      const swatch = make("i", { "aria-hidden": "true" });
      swatch.style.background = color;
      return make("span", {}, swatch, text);
    }));
  }

  listen() {
    this.root.querySelector(".map").hidden = false;
    this.areas[0].tabIndex = 0;
    for (const [at, area] of this.areas.entries()) {
      area.addEventListener("pointerenter", () => this.point(area));
      area.addEventListener("pointerleave", () => { this.tip.hidden = true; });
      area.addEventListener("focus", () => this.point(area));
      area.addEventListener("blur", () => { this.tip.hidden = true; });
      area.addEventListener("click", () => { this.move(at); this.mark(area); });
      area.addEventListener("keydown", (event) => this.press(event, at));
    }
  }

  press(event, at) {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const last = this.areas.length - 1;
    if (event.key in steps) this.move((at + steps[event.key] + last + 1) % (last + 1));
    else if (event.key === "Home") this.move(0);
    else if (event.key === "End") this.move(last);
    else if (event.key === "Enter" || event.key === " ") this.mark(this.areas[at]);
    else if (event.key === "Escape") this.tip.hidden = true;
    else return;
    event.preventDefault();
  }

  move(at) {
    for (const area of this.areas) area.tabIndex = -1;
    this.areas[at].tabIndex = 0;
    this.areas[at].focus();
  }

  mark(area) {
    for (const other of this.areas) other.setAttribute("aria-selected", String(other === area));
    for (const row of this.table.body.rows) row.classList.toggle("chosen", row.dataset.place === area.dataset.place);
    this.table.body.querySelector(".chosen")?.scrollIntoView({ block: "nearest" });
  }

  point(area) {
    const map = this.root.querySelector(".map").getBoundingClientRect();
    const box = area.getBoundingClientRect();
    this.tip.textContent = area.getAttribute("aria-label");
    this.tip.hidden = false;
    this.tip.style.left = `${box.left + box.width / 2 - map.left}px`;
    this.tip.style.top = `${box.top - map.top}px`;
  }
}

for (const root of document.querySelectorAll(".atlas")) new AnsweringAtlas(root);
