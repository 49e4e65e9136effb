/// A notebook's text taken apart at its fences: steps, declarations, and the prose between them.
struct NotebookSource: Sendable {
  /// The steps' fences, info line included, by name.
  var steps: [String: String] = [:]
  /// The front matter.
  var frontMatter = ""
  /// The parameters' declaration.
  var declaration = ""
  /// Everything else, inert fences included.
  var prose = ""

  init(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    if lines.first == "---", let end = lines.dropFirst().firstIndex(where: { $0 == "---" }) {
      frontMatter = lines[1..<end].joined(separator: "\n")
      lines = lines[(end + 1)...]
    }
    var body: [Substring] = []
    var fence: (mark: Character, count: Int, info: Substring)?
    for line in lines {
      let bare = line.drop { $0 == " " }
      if let open = fence {
        let run = bare.prefix { $0 == open.mark }.count
        if run >= open.count, bare.dropFirst(run).allSatisfy({ $0 == " " || $0 == "\r" }) {
          close(open.info, body)
          (fence, body) = (nil, [])
        } else {
          body.append(line)
        }
        continue
      }
      if let mark = bare.first, mark == "`" || mark == "~", line.count - bare.count <= 3 {
        let count = bare.prefix { $0 == mark }.count
        if count >= 3, mark == "~" || !bare.dropFirst(count).contains("`") {
          fence = (mark, count, bare.dropFirst(count))
          continue
        }
      }
      prose += line + "\n"
    }
    if let fence { close(fence.info, body) }
  }

  private mutating func close(_ info: Substring, _ body: [Substring]) {
    let words = info.split { $0 == " " || $0 == "\t" || $0 == "\r" }
    let text = body.joined(separator: "\n")
    let head = words.joined(separator: " ")
    if words.count >= 3, words[1] == "step" {
      steps[String(words[2])] = head + "\n" + text
    } else if words.count == 2, words[1] == "parameters" {
      declaration += text
    } else if words.count == 2, words[1] == "injected-parameters" {
      return
    } else {
      prose += head + "\n" + text + "\n"
    }
  }
}
