"use strict";
// A click on a heading sorts the rows of its table; a second click turns the order around.
const number = (text) => {
  const value = parseFloat(text.replace(/[,%+]/g, ""));
  return Number.isNaN(value) ? -Infinity : value;
};
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    head.querySelector("button").addEventListener("click", () => {
      const falling = head.getAttribute("aria-sort") === "ascending";
      const text = head.classList.contains("text");
      const body = table.tBodies[0];
      const key = (row) => row.cells[at].textContent.trim();
      const rows = [...body.rows].sort((a, b) =>
        text ? key(a).localeCompare(key(b), document.documentElement.lang) : number(key(a)) - number(key(b)));
      if (falling) rows.reverse();
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", falling ? "descending" : "ascending");
      body.append(...rows);
    });
  });
}
