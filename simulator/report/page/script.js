(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  function byId(id) { return document.getElementById(id); }

  function slider(of) {
    var input = byId("slider"), out = byId("slider-out"), svg = byId("chart-2-s-curve");
    var box = svg.viewBox.baseVal, line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    var format = new Intl.NumberFormat("en-US", { minimumFractionDigits: of.decimals, maximumFractionDigits: of.decimals });
    line.setAttribute("stroke", "#00785A");
    line.setAttribute("stroke-width", "1.5");
    line.setAttribute("stroke-dasharray", "1 2");
    line.setAttribute("y1", String(box.height * 0.3));
    line.setAttribute("y2", String(box.height * 0.9));
    svg.appendChild(line);
    function show() {
      var amount = Number(input.value), within = 0, from = of.axis[0], to = of.axis[1], text, x;
      while (within < of.amounts.length - 1 && of.amounts[within + 1] <= amount) { within += 1; }
      text = of.symbol + format.format(amount) + ": enough in " + (within / 10).toFixed(1) + " % of the futures";
      out.textContent = text;
      input.setAttribute("aria-valuetext", text);
      x = box.width * (from[1] + (to[1] - from[1]) * (amount - from[0]) / (to[0] - from[0]));
      line.setAttribute("x1", String(x));
      line.setAttribute("x2", String(x));
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

  if (data.slider) { slider(data.slider); }
  if (data.clauses) { clauses(data.clauses); }
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (each) { each.open = true; });
  });
}());
