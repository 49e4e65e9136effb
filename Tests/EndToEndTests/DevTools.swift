import Foundation
import Testing

/// A page in Chromium, driven over the DevTools protocol through two pipes: no port, no library.
final class DevTools {
  /// What the browser says is wrong, or its silence.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  private let process = Process()
  private let input: Int32
  private let output: Int32
  private var unread = Data()
  private var lastID = 0
  private var session: String?
  private(set) var events: [[String: Any]] = []

  /// Starts the browser with a profile of its own in a folder, and opens an empty page.
  init(_ browser: Browser, in folder: URL, language: String = "en-US") throws {
    let (to, from) = (folder.path + "/devtools-to", folder.path + "/devtools-from")
    try unsafe #require(mkfifo(to, 0o600) == 0 && mkfifo(from, 0o600) == 0)
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments =
      ["-c", "exec \"$0\" \"$@\" 3<'\(to)' 4>'\(from)'", browser.program.path]
      + [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
        "--disable-background-networking", "--remote-debugging-pipe", "--lang=\(language)",
        "--accept-lang=\(language)", "--user-data-dir=\(folder.path)/browser", "about:blank",
      ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // For both, so that neither end waits for the other.
    input = Self.descriptor(of: to)
    output = Self.descriptor(of: from)
    try #require(input >= 0 && output >= 0)
    let target = try call("Target.createTarget", ["url": "about:blank"])
    let attached = try call(
      "Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true])
    session = attached["sessionId"] as? String
    for domain in ["Page", "Runtime", "DOM", "Log", "Network"] { try call("\(domain).enable") }
  }

  private static func descriptor(of path: String) -> Int32 {
    #if canImport(Darwin)
      unsafe Darwin.open(path, O_RDWR | O_CLOEXEC)
    #else
      unsafe Glibc.open(path, O_RDWR | O_CLOEXEC)
    #endif
  }

  deinit {
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    close(input)
    close(output)
  }

  // MARK: - The protocol

  /// Calls a method and tells its result. Messages end in a NUL byte.
  @discardableResult
  func call(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    lastID += 1
    var message: [String: Any] = ["id": lastID, "method": method, "params": parameters]
    if let session { message["sessionId"] = session }
    let data = try JSONSerialization.data(withJSONObject: message) + Data([0])
    try FileHandle(fileDescriptor: input, closeOnDealloc: false).write(contentsOf: data)
    while true {
      let answer = try next()
      guard answer["id"] as? Int == lastID else {
        events.append(answer)
        continue
      }
      if let error = answer["error"] as? [String: Any] {
        throw Failure(description: "\(method): \(error["message"] ?? error)")
      }
      return answer["result"] as? [String: Any] ?? [:]
    }
  }

  private func next() throws -> [String: Any] {
    while true {
      if let end = unread.firstIndex(of: 0) {
        let message = unread[unread.startIndex..<end]
        unread = Data(unread[unread.index(after: end)...])
        return try JSONSerialization.jsonObject(with: Data(message)) as? [String: Any] ?? [:]
      }
      var wait = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
      guard unsafe poll(&wait, 1, 240_000) > 0 else {
        throw Failure(description: "the browser says nothing")
      }
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = unsafe read(output, &buffer, buffer.count)
      guard count > 0 else { throw Failure(description: "the browser is gone") }
      unread.append(contentsOf: buffer.prefix(count))
    }
  }

  // MARK: - What people do

  /// The value of a script in the page.
  @discardableResult
  func evaluate(_ script: String) throws -> Any? {
    let result = try call(
      "Runtime.evaluate",
      ["expression": script, "returnByValue": true, "awaitPromise": true])
    if let details = result["exceptionDetails"] as? [String: Any] {
      throw Failure(description: "\(script): \(details)")
    }
    return (result["result"] as? [String: Any])?["value"]
  }

  func text(_ script: String) throws -> String { try evaluate(script) as? String ?? "" }

  /// Waits until a condition holds in the page, whatever it shows meanwhile.
  func wait(until condition: String, seconds: Int = 240) async throws {
    for _ in 0..<seconds * 20 {
      // A page that is being replaced answers with an error.
      if (try? evaluate("document.readyState === 'complete' && Boolean(\(condition))")) as? Bool
        == true
      {
        return
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    let page = try text("location.href + '\\n' + document.body.innerText")
    throw Failure(description: "it never came to \(condition): \(page)")
  }

  /// Goes to an address and waits for the page.
  func open(_ address: String) async throws {
    let answer = try call("Page.navigate", ["url": address])
    if let error = answer["errorText"] as? String { throw Failure(description: error) }
    try await wait(until: "location.href !== 'about:blank'")
  }

  /// Presses the mouse on the element that a selector finds, or that holds these words.
  func click(_ selector: String, saying words: String? = nil) async throws {
    let find =
      "[...document.querySelectorAll(\(quoted(selector)))]"
      + (words.map { ".filter(e => e.textContent.includes(\(quoted($0))))" } ?? "") + "[0]"
    try await wait(until: find)
    let place = try evaluate(
      """
      (() => { const e = \(find); e.scrollIntoView({ block: 'center' });
        const r = e.getClientRects()[0]; return [r.left + r.width / 2, r.top + r.height / 2]; })()
      """)
    guard let point = place as? [Double], point.count == 2 else {
      throw Failure(description: "\(selector) cannot be seen")
    }
    for kind in ["mousePressed", "mouseReleased"] {
      try call(
        "Input.dispatchMouseEvent",
        ["type": kind, "x": point[0], "y": point[1], "button": "left", "clickCount": 1])
    }
  }

  /// Types into a field, key by key where it is text.
  func type(_ text: String, into selector: String) async throws {
    try await wait(until: "document.querySelector(\(quoted(selector)))")
    try evaluate(
      "(() => { const e = document.querySelector(\(quoted(selector))); e.focus(); e.select?.(); })()"
    )
    if try self.text("document.querySelector(\(quoted(selector))).type") == "month" {
      try evaluate(
        """
        (() => { const e = document.querySelector(\(quoted(selector))); e.value = \(quoted(text));
          e.dispatchEvent(new Event('input', { bubbles: true })); })()
        """)
    } else {
      try call("Input.insertText", ["text": text])
    }
  }

  func press(_ key: String) throws {
    for kind in ["keyDown", "keyUp"] {
      try call(
        "Input.dispatchKeyEvent",
        [
          "type": kind, "key": key, "code": key,
          "windowsVirtualKeyCode": key == "Enter" ? 13 : key == "Tab" ? 9 : 32,
          "text": key == "Enter" ? "\r" : "",
        ])
    }
  }

  /// Chooses a file, as the window of the system would.
  func choose(_ file: URL, for selector: String) async throws {
    try await wait(until: "document.querySelector(\(quoted(selector)))")
    let document = try call("DOM.getDocument")
    let root = (document["root"] as? [String: Any])?["nodeId"] ?? 0
    let node = try call("DOM.querySelector", ["nodeId": root, "selector": selector])
    try call(
      "DOM.setFileInputFiles", ["files": [file.path], "nodeId": node["nodeId"] ?? 0])
  }

  /// Where downloads go.
  func allowDownloads(to folder: URL) throws {
    let kept = session
    session = nil
    defer { session = kept }
    try call(
      "Browser.setDownloadBehavior", ["behavior": "allow", "downloadPath": folder.path])
  }

  func quoted(_ text: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: [text], options: .withoutEscapingSlashes)
    return data.map { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) } ?? "''"
  }

  // MARK: - What people see

  func show(width: Int, _ scheme: Browser.Scheme) throws {
    try call(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500])
    try call(
      "Emulation.setEmulatedMedia",
      ["features": [["name": "prefers-color-scheme", "value": scheme.rawValue]]])
  }

  /// A picture of the page, where `WASHI_SCREENSHOTS` names a folder.
  func picture(_ name: String) throws {
    guard let folder = ProcessInfo.processInfo.environment["WASHI_SCREENSHOTS"] else { return }
    let answer = try call("Page.captureScreenshot", ["format": "png"])
    guard let text = answer["data"] as? String, let data = Data(base64Encoded: text) else { return }
    try data.write(to: URL(filePath: "\(folder)/\(name).png"))
  }

  /// What the browser complained about: scripts that failed, things that a policy kept out.
  var complaints: [String] {
    events.compactMap { event in
      let parameters = event["params"] as? [String: Any]
      switch event["method"] as? String {
      case "Runtime.exceptionThrown": return "\(parameters ?? [:])"
      case "Log.entryAdded":
        let entry = parameters?["entry"] as? [String: Any]
        return entry?["level"] as? String == "error" ? entry?["text"] as? String : nil
      default: return nil
      }
    }
  }
}
