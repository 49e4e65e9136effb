extension Chart {
  /// The rules that every chart shares, scoped to the class `washi-chart`. A standalone SVG carries
  /// them; a page that inlines charts gives them once, in its own `<style>`.
  ///
  /// The page may set the custom properties `--washi-ink`, `--washi-muted`, `--washi-rule`,
  /// `--washi-paper`, `--washi-reference`, `--washi-series-1` to `-8`,
  /// `--washi-magnitude-1` to `-5`, `--washi-train`, `--washi-validation` and `--washi-test`; without them light and dark follow the reader.
  /// Print is always light.
  public static let styleSheet: String = {
    let dark = ["@media screen and (prefers-color-scheme:dark){"] + colors(isDark: true) + ["}"]
    return (shapes + colors(isDark: false) + dark).joined(separator: "\n") + "\n"
  }()

  private static func rule(_ names: String..., body: String) -> String {
    let selectors = names.map { name in
      name.isEmpty || name == "text"
        ? ".washi-chart \(name)" : ".washi-chart .\(classPrefix)\(name)"
    }
    return selectors.joined(separator: ",") + "{" + body + "}"
  }

  private static let shapes: [String] = {
    let fonts =
      "system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"Hiragino Sans\",\"Yu Gothic UI\","
      + "\"Noto Sans JP\",\"Noto Sans CJK JP\",\"Liberation Sans\",Arial,sans-serif"
    return [
      ".washi-chart{font:12px \(fonts);font-variant-numeric:tabular-nums;max-width:100%;height:auto}",
      rule("text", body: "fill:currentColor;white-space:pre"),
      rule("title", body: "font-size:16px;font-weight:600"),
      rule("subtitle", body: "font-size:13px"),
      rule("strong", body: "font-weight:600"),
      rule("paper", "fill", body: "fill:currentColor"),
      rule("grid path", "rule", "axis path", body: "fill:none;stroke:currentColor"),
      rule(
        "line",
        body: "fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round;"
          + "stroke-linecap:round"),
      rule("thin", body: "stroke-width:1"),
      rule("band", body: "fill:currentColor;fill-opacity:.16"),
      rule("area", body: "fill:currentColor;fill-opacity:.8"),
      rule("dot", body: "fill:currentColor;fill-opacity:.75"),
      rule("hollow", body: "stroke:currentColor;stroke-width:2"),
      rule("swarm", body: "fill:none;stroke:currentColor;stroke-width:5;stroke-linecap:round"),
      rule("hit", body: "fill:currentColor;fill-opacity:0"),
      rule("outline", body: "fill:none;stroke:currentColor;stroke-width:1.25"),
      rule("halo", body: "stroke-width:3.5px;stroke-linejoin:round;paint-order:stroke"),
      rule("start", body: "text-anchor:start"),
      rule("middle", body: "text-anchor:middle"),
      rule("end", body: "text-anchor:end"),
    ]
  }()

  /// Colours of one scheme. The light ones are written twice, for viewers of SVG that do not know
  /// custom properties.
  private static func colors(isDark: Bool) -> [String] {
    func pick(_ pair: (light: String, dark: String)) -> String { isDark ? pair.dark : pair.light }
    func declaration(_ name: String, _ variable: String, _ value: String) -> String {
      (isDark ? "" : "\(name):\(value);") + "\(name):var(--washi-\(variable),\(value))"
    }
    func color(_ name: String, _ variable: String, _ pair: (light: String, dark: String)) -> String
    {
      rule(name, body: declaration("color", variable, pick(pair)))
    }
    let paper = (light: "#ffffff", dark: "#0d1117")
    let ink = declaration("color", "ink", pick(("#1f2328", "#e6edf3")))
    var lines = [
      ".washi-chart{\(ink)}",
      color("muted", "muted", ("#57606a", "#9da7b1")),
      color("grid", "rule", ("#dde2e7", "#30363d")),
      color("paper", "paper", paper),
      rule("halo", body: declaration("stroke", "paper", pick(paper))),
      rule("hollow", body: declaration("fill", "paper", pick(paper))),
      color("ref", "reference", Palette.reference),
      color("train", "train", Palette.train),
      color("valid", "validation", Palette.validation),
      color("test", "test", Palette.test),
    ]
    for (index, pair) in Palette.categories.enumerated() {
      lines.append(color("s\(index + 1)", "series-\(index + 1)", pair))
    }
    for (index, pair) in Palette.magnitudes.enumerated() {
      lines.append(color("m\(index + 1)", "magnitude-\(index + 1)", pair))
    }
    return lines
  }
}
