import Foundation
import Testing

/// Chromium without a window, and axe-core, which finds what keeps people from using a page.
///
/// A page is put into a frame of the wanted width inside a page of ours, without its policy, so that
/// our script can look at it; everything else of it is as it was printed.
struct Browser {
  /// How a page looks to those who prefer one or the other.
  enum Scheme: String, CaseIterable {
    case light, dark
  }

  /// What is wrong with a page.
  struct Finding: Decodable {
    var page: String
    var problems: [String]
  }

  let program: URL
  let rules: URL

  /// The browser and the rules, where `Scripts/setup --tests` puts them; nil without either.
  static let installed: Browser? = {
    let named = ProcessInfo.processInfo.environment["WASHI_CHROMIUM"].map { [$0] }
    let places =
      named ?? [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      ]
    let rules = Workshop.package.appending(path: ".deps/axe/axe.min.js")
    let files = FileManager.default
    guard let place = places.first(where: files.isExecutableFile),
      files.fileExists(atPath: rules.path)
    else { return nil }
    return Browser(program: URL(filePath: place), rules: rules)
  }()

  /// Whether a missing browser is a failure: where merges are decided it must be there.
  static let isDemanded = ProcessInfo.processInfo.environment["CI"] != nil

  /// What is wrong with the pages, by name, for readers who prefer this scheme.
  func audit(
    _ pages: [(name: String, html: String)], _ scheme: Scheme, in folder: URL
  ) throws -> [Finding] {
    let page = folder.appending(path: "audit-\(scheme.rawValue).html")
    let list = pages.map { ["name": $0.name, "html": $0.html] }
    let script = try String(contentsOf: rules, encoding: .utf8)
    try Data(
      """
      <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Audit</title></head><body>
      <script type="application/json" id="pages">\(try embedded(list))</script>
      <script type="application/json" id="rules">\(try embedded([script]))</script>
      <script>\(Self.script)</script></body></html>
      """.utf8
    ).write(to: page)
    let dom = try dump(page, scheme, in: folder)
    let open = "<pre id=\"findings\">"
    guard let start = dom.range(of: open), let end = dom.range(of: "</pre>") else {
      throw Silence(said: String(dom.suffix(400)))
    }
    let text = dom[start.upperBound..<end.lowerBound]
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    return try JSONDecoder().decode([Finding].self, from: Data(text.utf8))
  }

  /// The browser gave no findings.
  struct Silence: Error {
    var said: String
  }

  private func embedded(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
      .replacing("<", with: "\\u003c")
  }

  private func dump(_ page: URL, _ scheme: Scheme, in folder: URL) throws -> String {
    let process = Process()
    process.executableURL = program
    process.arguments =
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
        "--disable-background-networking", "--virtual-time-budget=600000", "--dump-dom",
        "--user-data-dir=\(folder.path)/browser-\(scheme.rawValue)",
      ] + (scheme == .dark ? ["--blink-settings=preferredColorScheme=0"] : [])
      + [page.absoluteString]
    let output = folder.appending(path: "audit-\(scheme.rawValue).out")
    try Data().write(to: output)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return try String(contentsOf: output, encoding: .utf8)
  }

  private static let script = #"""
    const read = id => JSON.parse(document.getElementById(id).textContent);
    const rules = read('rules')[0];
    const wanted = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

    async function shown(html, width) {
      const page = new DOMParser().parseFromString(html, 'text/html');
      page.querySelectorAll('meta[http-equiv]').forEach(meta => meta.remove());
      const frame = document.createElement('iframe');
      frame.style = `border: 0; height: 900px; width: ${width}px`;
      frame.srcdoc = '<!doctype html>' + page.documentElement.outerHTML;
      const loaded = new Promise(done => frame.onload = done);
      document.body.append(frame);
      await loaded;
      return frame;
    }

    async function violations(frame) {
      const script = frame.contentDocument.createElement('script');
      script.textContent = rules;
      frame.contentDocument.head.append(script);
      const found = await frame.contentWindow.axe.run(
        frame.contentDocument, { runOnly: wanted, resultTypes: ['violations'] });
      return found.violations.map(rule => `${rule.id}: ` + rule.nodes.slice(0, 3)
        .map(node => node.html.slice(0, 160) + ' ' + node.failureSummary).join(' | '));
    }

    // Words of pictures that are smaller than 11 pixels.
    function smallWords(frame, width) {
      const problems = [];
      for (const svg of frame.contentDocument.querySelectorAll('svg.washi-chart')) {
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        for (const text of svg.querySelectorAll('text')) {
          if (!text.getClientRects().length) continue;
          const size = parseFloat(frame.contentWindow.getComputedStyle(text).fontSize) * scale;
          if (size < 11) { problems.push(`${svg.id} at ${width}: ${size.toFixed(1)} px`); break; }
        }
      }
      return problems;
    }

    // What sticks out of a page: only tables, code and pictures may, inside a frame of their own.
    function wide(frame, width) {
      const root = frame.contentDocument.documentElement;
      return root.scrollWidth > root.clientWidth
        ? [`scrolls sideways at ${width}: ${root.scrollWidth} of ${root.clientWidth} pixels`] : [];
    }

    function withoutStyle(frame) {
      const page = frame.contentDocument;
      page.querySelectorAll('style').forEach(style => style.remove());
      const problems = [];
      const isSeen = node => node.getClientRects().length > 0;
      const headings = [...page.querySelectorAll('h1, h2, h3, h4, h5, h6')];
      const levels = headings.map(heading => Number(heading.tagName[1]));
      if (levels[0] !== 1 || levels.filter(level => level === 1).length !== 1) {
        problems.push(`first-level headings: ${levels}`);
      }
      levels.forEach((level, index) => {
        if (index && level > levels[index - 1] + 1) problems.push(`a level is skipped: ${levels}`);
      });
      if (!headings.every(isSeen)) problems.push('a heading is hidden without style');
      if ([...page.querySelectorAll('.narrow')].some(isSeen)) problems.push('a picture is there twice');
      return problems;
    }

    (async () => {
      const findings = [];
      for (const page of read('pages')) {
        let problems = [];
        try {
          for (const width of [1200, 360]) {
            const frame = await shown(page.html, width);
            problems.push(...wide(frame, width), ...smallWords(frame, width));
            if (width > 400) {
              problems.push(...await violations(frame), ...withoutStyle(frame));
            }
            frame.remove();
          }
        } catch (error) { problems.push(String(error)); }
        findings.push({ page: page.name, problems });
      }
      document.body.innerHTML = '';
      const result = document.createElement('pre');
      result.id = 'findings';
      result.textContent = JSON.stringify(findings);
      document.body.append(result);
    })();
    """#
}
