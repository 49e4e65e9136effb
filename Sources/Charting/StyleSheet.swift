extension Chart {
  /// The rules that every chart shares, scoped to the class `washi-chart`. A standalone SVG carries
  /// them; a page that inlines charts gives them once, in its own `<style>`.
  ///
  /// The page may set the custom properties `--washi-ink`, `--washi-muted`, `--washi-rule`,
  /// `--washi-paper` and `--washi-series-1` to `-8`; without them light and dark follow the reader.
  /// Colours are written twice, for viewers of SVG that do not know custom properties.
  public static let styleSheet: String = {
    let scope = ".washi-chart"
    func color(_ selector: String, _ property: String, _ value: String, twice: Bool) -> String {
      let plain = twice ? "color:\(value);" : ""
      return "\(scope)\(selector){\(plain)color:var(--washi-\(property),\(value))}"
    }
    func colors(_ isDark: Bool) -> [String] {
      func pick(_ pair: (light: String, dark: String)) -> String { isDark ? pair.dark : pair.light }
      let twice = !isDark
      var lines = [
        color("", "ink", pick(("#1f2328", "#e6edf3")), twice: twice),
        color(" .muted", "muted", pick(("#57606a", "#9da7b1")), twice: twice),
        color(" .grid", "rule", pick(("#dde2e7", "#30363d")), twice: twice),
        color(" .paper", "paper", pick(("#ffffff", "#0d1117")), twice: twice),
        color(" .ref", "reference", pick(Palette.reference), twice: twice),
      ]
      for (index, pair) in Palette.categories.enumerated() {
        let name = "s\(index + 1)"
        lines.append(color(" .\(name)", "series-\(index + 1)", pick(pair), twice: twice))
      }
      lines += [
        color(" .train", "train", pick(Palette.train), twice: twice),
        color(" .valid", "validation", pick(Palette.validation), twice: twice),
        color(" .test", "test", pick(Palette.test), twice: twice),
      ]
      let paper = pick(("#ffffff", "#0d1117"))
      lines.append(
        "\(scope) .halo{\(twice ? "stroke:\(paper);" : "")stroke:var(--washi-paper,\(paper))}")
      return lines
    }
    let fonts =
      "system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"Hiragino Sans\",\"Yu Gothic UI\","
      + "\"Noto Sans JP\",\"Noto Sans CJK JP\",\"Liberation Sans\",Arial,sans-serif"
    let rules = [
      "\(scope){font:12px \(fonts);font-variant-numeric:tabular-nums;max-width:100%;height:auto}",
      "\(scope) text{fill:currentColor;white-space:pre}",
      "\(scope) .title{font-size:16px;font-weight:600}",
      "\(scope) .subtitle{font-size:13px}",
      "\(scope) .strong{font-weight:600}",
      "\(scope) .paper,\(scope) .fill{fill:currentColor}",
      "\(scope) .grid path,\(scope) .rule,\(scope) .axis path{fill:none;stroke:currentColor}",
      "\(scope) .line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}",
      "\(scope) .thin{stroke-width:1}",
      "\(scope) .band{fill:currentColor;fill-opacity:.16}",
      "\(scope) .area{fill:currentColor;fill-opacity:.8}",
      "\(scope) .dot{fill:currentColor;fill-opacity:.75}",
      "\(scope) .hollow{fill:none;stroke:currentColor;stroke-width:2}",
      "\(scope) .hit{fill:currentColor;fill-opacity:0}",
      "\(scope) .halo{stroke-width:3.5px;stroke-linejoin:round;paint-order:stroke}",
      "\(scope) .start{text-anchor:start}",
      "\(scope) .middle{text-anchor:middle}",
      "\(scope) .end{text-anchor:end}",
    ]
    let dark = ["@media screen and (prefers-color-scheme:dark){"] + colors(true) + ["}"]
    return (rules + colors(false) + dark).joined(separator: "\n") + "\n"
  }()
}
