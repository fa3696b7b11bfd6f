(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  function byId(id) { return document.getElementById(id); }

  function mark(svg) {
    var line = document.createElementNS("http://www.w3.org/2000/svg", "line"), box = svg.viewBox.baseVal;
    line.setAttribute("stroke", "#00785A");
    line.setAttribute("stroke-width", "1.5");
    line.setAttribute("stroke-dasharray", "1 2");
    line.setAttribute("y1", String(box.height * 0.15));
    line.setAttribute("y2", String(box.height * 0.9));
    svg.appendChild(line);
    return line;
  }

  function slider(of) {
    var input = byId("slider"), out = byId("slider-out"), lines = {};
    Object.keys(of.axes).forEach(function (id) { lines[id] = mark(byId(id)); });
    function show() {
      var place = Number(input.value), amount = of.amounts[place];
      out.textContent = of.texts[place];
      input.setAttribute("aria-valuetext", of.texts[place]);
      Object.keys(lines).forEach(function (id) {
        var from = of.axes[id][0], to = of.axes[id][1], wide = byId(id).viewBox.baseVal.width;
        var x = String(wide * (from[1] + (to[1] - from[1]) * (amount - from[0]) / (to[0] - from[0])));
        lines[id].setAttribute("x1", x);
        lines[id].setAttribute("x2", x);
      });
    }
    input.addEventListener("input", show);
    byId("slider-box").hidden = false;
    show();
  }

  function clauses(of) {
    var cells = byId("clauses-out").querySelectorAll("dd");
    var selects = of.axes.map(function (_, place) { return byId("clause-" + place); });
    function show() {
      var place = 0;
      of.axes.forEach(function (axis, number) {
        place = place * axis.choices.length + Number(selects[number].value);
      });
      of.cells[place].forEach(function (text, number) { cells[number].textContent = text; });
    }
    selects.forEach(function (select) { select.addEventListener("change", show); });
    byId("clauses-box").hidden = false;
    show();
  }

  function opened() {
    var found = location.hash.length > 1 && byId(decodeURIComponent(location.hash.slice(1)));
    if (found && found.tagName === "DETAILS") { found.open = true; }
  }

  if (data.slider) { slider(data.slider); }
  if (data.clauses) { clauses(data.clauses); }
  window.addEventListener("hashchange", opened);
  opened();
}());
