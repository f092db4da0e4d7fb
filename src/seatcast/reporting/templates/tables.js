// Tables that answer: a click on a heading sorts, a second one turns the order around; long tables are searched and
// filtered. What is printed is the first rows of what is shown.
const words = JSON.parse(document.getElementById("words").textContent);
const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (all, name) => (name in fields ? fields[name] : all));
const LONG = 14, MOST_CHOICES = 12;

const numeric = (text) => {
  const value = parseFloat(text.replace(/[^0-9.\-]/g, ""));
  return Number.isNaN(value) ? -Infinity : value;
};

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

class AnsweringTable {
  constructor(table) {
    this.table = table;
    this.body = table.tBodies[0];
    this.heads = [...table.tHead.rows[0].cells];
    this.sorted = null; // {at, falling}
    this.filters = new Map(); // column -> text
    this.sought = "";
    this.heads.forEach((head, at) => head.querySelector("button").addEventListener("click", () => this.turn(at)));
    this.fixed = table.closest(".atlas") !== null;
    if (this.body.rows.length > LONG) this.addTools();
    this.show();
  }

  addTools() {
    const search = make("input", { type: "search", autocomplete: "off" });
    search.addEventListener("input", () => { this.sought = search.value.trim().toLowerCase(); this.show(); });
    const tools = make("div", { class: "tools" }, make("label", {}, `${words.search} `, search));
    if (!this.fixed) for (const [at, head] of this.heads.entries()) this.addFilter(tools, head, at);
    this.count = make("span", { role: "status" });
    tools.append(this.count);
    this.table.closest(".scroll").before(tools);
  }

  addFilter(tools, head, at) {
    if (!head.matches(".text, .year")) return;
    const values = [...new Set([...this.body.rows].map((row) => row.cells[at].textContent))];
    if (values.length < 2 || values.length > Math.min(MOST_CHOICES, this.body.rows.length / 2)) return;
    const choice = make("select", {}, make("option", { value: "" }, words.all),
      ...values.filter((value) => value !== "").map((value) => make("option", { value }, value)));
    choice.addEventListener("change", () => { this.filters.set(at, choice.value); this.show(); });
    tools.append(make("label", {}, `${head.textContent.trim()} `, choice));
  }

  turn(at) {
    this.sorted = { at, falling: this.sorted?.at === at && !this.sorted.falling };
    this.show();
  }

  refill(rows) {
    this.body.replaceChildren(...rows);
    this.show();
  }

  show() {
    const rows = [...this.body.rows];
    if (this.sorted) {
      const { at, falling } = this.sorted;
      const text = this.heads[at].classList.contains("text");
      const key = (row) => row.cells[at].textContent.trim();
      const language = document.documentElement.lang;
      rows.sort((a, b) => (text ? key(a).localeCompare(key(b), language) : numeric(key(a)) - numeric(key(b))));
      if (falling) rows.reverse();
      this.heads.forEach((head) => head.removeAttribute("aria-sort"));
      this.heads[at].setAttribute("aria-sort", falling ? "descending" : "ascending");
      this.body.append(...rows);
    }
    let shown = 0;
    for (const row of rows) {
      const kept = this.keeps(row);
      row.hidden = !kept;
      shown += kept;
      row.classList.toggle("more", shown > Number(this.table.dataset.most));
    }
    if (this.count) this.count.textContent = fill(words.rows, { shown, all: rows.length });
  }

  keeps(row) {
    for (const [at, value] of this.filters) if (value && row.cells[at].textContent !== value) return false;
    return row.textContent.toLowerCase().includes(this.sought);
  }
}

const tables = new Map([...document.querySelectorAll("table[data-most]")].map((t) => [t, new AnsweringTable(t)]));
