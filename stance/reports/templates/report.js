// The page is whole without this: it adds sorting, search, filters, hover cards and the theme.
// Text of articles is only ever cloned or set as text, never parsed as markup.
"use strict";
(() => {
const $ = (id) => document.getElementById(id);
const all = (query, root = document) => [...root.querySelectorAll(query)];
const make = (name, text = "", cls = "") => {
  const made = document.createElement(name);
  made.textContent = text;
  if (cls) made.className = cls;
  return made;
};
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

// Theme: as the system says, until one chooses.
const theme = $("theme"), root = document.documentElement;
const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
const named = () => { theme.textContent = dark() ? "Light" : "Dark"; };
try { const kept = localStorage.getItem("stance-theme"); if (kept) root.dataset.theme = kept; } catch { /* no storage for files */ }
theme.hidden = false;
named();
theme.onclick = () => {
  root.dataset.theme = dark() ? "light" : "dark";
  named();
  try { localStorage.setItem("stance-theme", root.dataset.theme); } catch { /* the choice lasts as long as the page */ }
};

// Speakers: sort, search, the first dozen until asked for all.
const FIRST = 12, FEW = 5; // speakers shown at first; articles that filters leave open
const table = $("table"), [body, rest] = table.tBodies, more = $("more"), find = $("find");
const poles = (table.dataset.poles || "").split(" ");
for (const row of rest.rows) row.className = "few";
body.append(...rest.rows);
rest.remove();
let order = [...body.rows], whole = false;
const figure = (text) => parseFloat(text.replace("−", "-")) || 0;
const value = (row, key) => key === "name" ? plain(row.cells[0].textContent)
  : key === "n" ? +row.cells[1].textContent
  : key === "index" ? figure(row.cells[2].textContent) : +row.cells[3 + +key].textContent;
const draw = (row) => {
  const [name, , cell] = row.cells;
  if (name.querySelector("a")) return;
  const link = make("a");
  link.href = "#articles";
  link.append(name.firstChild);
  name.prepend(link);
  const [at, low, high] = (cell.textContent.match(/[+−]?\d\.\d+/g) || []).map((text) => 50 + 50 * figure(text));
  if (at === undefined) return;
  const bar = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [cls, x, end] of [[at < 50 ? poles[1] : poles[0], Math.min(at, 50), Math.max(at, 50)], ["i", low, high]]) {
    const part = document.createElementNS(bar.namespaceURI, "rect");
    part.setAttribute("class", cls);
    part.setAttribute("x", x + "%");
    part.setAttribute("width", end - x + "%");
    bar.append(part);
  }
  cell.prepend(bar);
};
const showSpeakers = () => {
  const want = plain(find.value.trim());
  let hits = 0;
  for (const row of order) {
    const hit = !want || plain(row.cells[0].textContent).includes(want);
    row.hidden = !hit || (!whole && hits >= FIRST);
    if (!row.hidden) draw(row);
    hits += hit;
  }
  more.hidden = whole || hits <= FIRST;
  more.textContent = `Show all ${hits} speakers`;
  more.dataset.left = `${hits - FIRST} more speakers are not on paper: show all before printing.`;
  $("none").textContent = hits ? "" : "No speaker of that name.";
};
for (const head of all("thead th[data-k]", table)) {
  const button = make("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  button.onclick = () => {
    const up = head.getAttribute("aria-sort") === "descending" || (head.dataset.k === "name" && !head.hasAttribute("aria-sort"));
    for (const other of all("th[aria-sort]", table)) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const key = head.dataset.k, sign = up ? 1 : -1;
    // Few quotes say little, so those rows stay below when the index sorts.
    const few = (row) => key === "index" && row.classList.contains("few");
    const keyed = order.map((row) => [row, value(row, key), few(row)]);
    keyed.sort((a, b) => a[2] - b[2] || sign * (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0));
    order = keyed.map((one) => one[0]);
    body.append(...order);
    showSpeakers();
  };
}
table.querySelector("[data-k=n]").setAttribute("aria-sort", "descending");
find.parentNode.hidden = false;
find.oninput = showSpeakers;
more.onclick = () => { whole = true; showSpeakers(); };
showSpeakers();

// Filters. The index of quotes is built when one first filters, so that the page opens at once.
const form = $("filters"), articles = all("details.a");
form.hidden = false;
const sources = [...new Set(articles.map((a) => a.dataset.s).filter(Boolean))].sort();
for (const name of sources) {
  const option = make("option", name);
  option.value = name;
  $("source").append(option);
}
let index = null;
const indexed = () => index ??= articles.map((article) => {
  const quotes = new Map();
  // A list does not count what is hidden: each note keeps the number that its quote bears.
  for (const note of all(".cols li", article)) {
    note.value = quotes.size + 1;
    quotes.set(note.id, { note, status: note.className, who: plain(note.firstChild.firstChild.data), marks: [] });
  }
  for (const mark of all(".text a[class]", article)) quotes.get(mark.hash.slice(1)).marks.push(mark);
  return { article, date: article.dataset.d.slice(0, 10), source: article.dataset.s, quotes: [...quotes.values()] };
});
const within = (date, from, to) =>
  (!from && !to) || (date && (!from || date >= from.slice(0, date.length)) && (!to || date <= to.slice(0, date.length)));
const filter = () => {
  const boxes = all("[name=status]", form), on = new Set(boxes.filter((b) => b.checked).map((b) => b.value));
  const who = plain($("speaker").value.trim()), source = $("source").value, from = $("from").value, to = $("to").value;
  const any = on.size < boxes.length || who || source || from || to;
  let quotes = 0, total = 0, shown = 0;
  for (const one of indexed()) {
    const here = (!source || one.source === source) && within(one.date, from, to);
    let hits = 0;
    for (const quote of one.quotes) {
      const hit = here && on.has(quote.status) && (!who || quote.who.includes(who));
      quote.note.hidden = !hit;
      for (const mark of quote.marks) mark.classList.toggle("out", !hit);
      hits += hit;
    }
    one.article.hidden = any && !hits;
    total += one.quotes.length;
    quotes += hits;
    shown += !one.article.hidden;
  }
  if (any && shown <= FEW) for (const one of indexed()) one.article.open ||= !one.article.hidden;
  $("empty").hidden = shown > 0;
  $("count").textContent = any ? `${quotes} of ${total} quotes in ${shown} of ${articles.length} articles` : "";
};
let waiting = 0;
form.oninput = () => { clearTimeout(waiting); waiting = setTimeout(filter, 60); };
form.onreset = () => setTimeout(filter);
form.onsubmit = (event) => event.preventDefault();
$("open").onclick = () => { for (const a of articles) a.open = a.open || !a.hidden; };
$("close").onclick = () => { for (const a of articles) a.open = false; };
$("speaker").onfocus = () => {
  if ($("names").firstChild) return;
  for (const head of all("tbody th", table)) {
    const option = make("option");
    option.value = head.firstChild.textContent.trim();
    $("names").append(option);
  }
};

// Links: a speaker sets the filter, a period or an article opens.
const reveal = (id) => {
  const target = id && $(id), holder = target && target.closest("details");
  if (!holder) return;
  holder.hidden = false;
  holder.open = true;
  target.scrollIntoView({ block: holder === target ? "start" : "center" });
};
const periods = $("periods"), list = $("all");
const choose = (id) => {
  if (!list.dataset.all) for (const one of periods.children) one.open = one.id === id;
  for (const point of all(".chart a")) point.classList.toggle("on", point.getAttribute("href") === "#" + id);
  $(id).open = true;
};
if (periods) {
  if (document.querySelector(".chart")) {
    periods.className = "one";
    list.hidden = false;
    list.onclick = () => {
      list.dataset.all = periods.classList.toggle("one") ? "" : "1";
      list.textContent = list.dataset.all ? "List only the chosen" : list.dataset.every;
    };
    list.dataset.every = list.textContent;
    if (periods.lastElementChild) choose(periods.lastElementChild.id);
  }
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const to = link ? link.getAttribute("href") || "" : "";
  if (to === "#articles" && !link.classList.contains("skip")) {
    event.preventDefault();
    $("speaker").value = link.textContent.trim();
    filter();
    $("articles").scrollIntoView();
    $("speaker").focus({ preventScroll: true });
  } else if (/^#t\d+$/.test(to)) {
    event.preventDefault();
    choose(to.slice(1));
  } else if (/^#a\d+$/.test(to)) {
    event.preventDefault();
    reveal(to.slice(1));
    $(to.slice(1)).firstElementChild.focus({ preventScroll: true });
  } else if (/^#q\d+$/.test(to)) {
    event.preventDefault();
    if (!link.classList.contains("out")) show(link);
  } else if (!event.target.closest("#pop")) hide();
});

// The card of a quote: on hover, focus and touch.
const pop = $("pop");
let over = null;
const labels = all("thead [title]").map((head) => [head.title, head.className]);
const show = (mark) => {
  if (over === mark) return;
  hide();
  const note = $(mark.hash.slice(1));
  over = mark;
  pop.replaceChildren(...[...note.childNodes].map((node) => node.cloneNode(true)));
  pop.className = note.className;
  // An article introduces a speaker once; the card does each time.
  const name = pop.firstChild, known = all("b", note.parentNode).find((b) => b.children.length && b.firstChild.data.trim() === name.textContent);
  if (known) name.replaceChildren(...[...known.childNodes].map((node) => node.cloneNode(true)));
  // The probabilities stand as text behind the label; here they become bars.
  const chances = pop.querySelector("em").nextSibling;
  if (chances && chances.nodeType === Node.TEXT_NODE) {
    (chances.textContent.match(/\d+/g) || []).forEach((part, n) => {
      if (!labels[n]) return;
      const row = make("div"), track = make("span"), fill = make("u", "", labels[n][1]);
      fill.style.width = part + "%";
      track.append(fill);
      row.append(make("span", labels[n][0]), track, make("span", part + " %"));
      pop.append(row);
    });
    chances.remove();
  }
  mark.setAttribute("aria-describedby", "pop");
  for (const twin of all(`a[href="${mark.getAttribute("href")}"]`, mark.closest(".text"))) twin.classList.add("in");
  pop.hidden = false;
  put();
};
const put = () => {
  const box = over.getClientRects()[0], size = pop.getBoundingClientRect();
  if (!box) return hide();
  const below = over.getBoundingClientRect().bottom + 8;
  if (below < 0 || box.top > innerHeight) return hide();
  pop.style.left = Math.min(Math.max(8, box.left), innerWidth - size.width - 8) + "px";
  pop.style.top = (below + size.height < innerHeight ? below : Math.max(8, box.top - size.height - 8)) + "px";
};
const hide = () => {
  if (!over) return;
  over.removeAttribute("aria-describedby");
  for (const twin of all("a.in")) twin.classList.remove("in");
  pop.hidden = true;
  over = null;
};
const quoted = (event) => event.target.closest && event.target.closest(".text a[href^='#q']:not(.out)");
document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const mark = quoted(event);
  if (mark) show(mark);
  else if (!event.target.closest("#pop") && document.activeElement !== over) hide();
});
document.addEventListener("focusin", (event) => { const mark = quoted(event); if (mark) show(mark); else hide(); });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return hide();
  // j and k step through quotes, only from a quote, so that no typing is caught.
  const mark = (event.key === "j" || event.key === "k") && !event.ctrlKey && !event.metaKey && quoted(event);
  if (!mark) return;
  const seen = all(".text a[href^='#q']:not(.out)").filter((one) => one.checkVisibility());
  const next = seen[seen.indexOf(mark) + (event.key === "j" ? 1 : -1)];
  if (next) { next.focus(); next.scrollIntoView({ block: "center" }); hide(); show(next); }
});
document.addEventListener("scroll", () => { if (over) put(); }, { passive: true });
addEventListener("resize", () => { if (over) put(); });

// Paper shows every article that passes the filters, open.
let opened = [];
addEventListener("beforeprint", () => { opened = articles.filter((a) => !a.open && !a.hidden); for (const a of opened) a.open = true; });
addEventListener("afterprint", () => { for (const a of opened) a.open = false; });
if (location.hash) reveal(location.hash.slice(1));
})();
