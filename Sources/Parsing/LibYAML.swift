// Yams carries libyaml as the module CYaml. We read its events and not Yams' own tree, because that
// one stops at the first duplicated key and drops the end of every mark. This is the only file that
// imports it.
internal import CYaml

/// One step of libyaml through a document, copied out of C.
struct YAMLEvent {
  /// What was met.
  enum Kind: Equatable {
    case documentStart
    case scalar(text: String, style: YAMLScalarStyle)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
    case alias(String)
  }

  /// What was met.
  var kind: Kind
  /// Where it starts, in Unicode scalars from the start of the text.
  var start: Int
  /// Where it ends, in Unicode scalars from the start of the text.
  var end: Int
  /// The anchor given to the node, if any.
  var anchor: String?
  /// The explicit tag of the node, if any.
  var tag: String?
}

/// How a scalar was written.
enum YAMLScalarStyle {
  case plain
  case singleQuoted
  case doubleQuoted
  case literal
  case folded
}

/// What libyaml says when it gives up.
struct YAMLProblem {
  /// The library's own words, such as "did not find expected key".
  var text: String
  /// What it was doing, such as "while parsing a block mapping".
  var context: String?
  /// Where that began, in Unicode scalars from the start of the text.
  var contextPlace: Int?
  /// Where, in Unicode scalars from the start of the text; nil when `byte` is known instead.
  var place: Int?
  /// Where, in bytes, when the text could not even be read.
  var byte: Int?
}

/// The events of a YAML text up to its end or its first problem.
func yamlEvents(in text: String) -> (events: [YAMLEvent], problem: YAMLProblem?) {
  var events: [YAMLEvent] = []
  var problem: YAMLProblem?
  var text = text
  text.withUTF8 { bytes in
    var parser = unsafe yaml_parser_t()
    guard unsafe yaml_parser_initialize(&parser) == 1 else {
      problem = YAMLProblem(text: "libyaml has no memory", place: 0)
      return
    }
    defer { unsafe yaml_parser_delete(&parser) }
    unsafe yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
    while true {
      var event = unsafe yaml_event_t()
      guard unsafe yaml_parser_parse(&parser, &event) == 1 else {
        problem = unsafe YAMLProblem(of: parser)
        return
      }
      defer { unsafe yaml_event_delete(&event) }
      if unsafe event.type == YAML_STREAM_END_EVENT { return }
      if let copy = unsafe YAMLEvent(copying: event) { events.append(copy) }
    }
  }
  return (events, problem)
}

extension YAMLProblem {
  fileprivate init(of parser: yaml_parser_t) {
    text = unsafe copy(parser.problem) ?? "unreadable text"
    context = unsafe copy(parser.context)
    contextPlace = unsafe context == nil ? nil : Int(parser.context_mark.index)
    if unsafe parser.error == YAML_READER_ERROR {
      byte = unsafe Int(parser.problem_offset)
    } else {
      place = unsafe Int(parser.problem_mark.index)
    }
  }
}

extension YAMLEvent {
  /// A copy of the event, nil for those that carry nothing.
  fileprivate init?(copying event: yaml_event_t) {
    let data = unsafe event.data
    switch unsafe event.type {
    case YAML_DOCUMENT_START_EVENT:
      kind = .documentStart
    case YAML_ALIAS_EVENT:
      kind = unsafe .alias(copy(data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let bytes = unsafe UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length)
      let text = unsafe String(decoding: bytes, as: UTF8.self)
      let style: YAMLScalarStyle =
        switch unsafe data.scalar.style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
      kind = .scalar(text: text, style: style)
      anchor = unsafe copy(data.scalar.anchor)
      tag = unsafe copy(data.scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      kind = .sequenceStart
      anchor = unsafe copy(data.sequence_start.anchor)
      tag = unsafe copy(data.sequence_start.tag)
    case YAML_SEQUENCE_END_EVENT:
      kind = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      kind = .mappingStart
      anchor = unsafe copy(data.mapping_start.anchor)
      tag = unsafe copy(data.mapping_start.tag)
    case YAML_MAPPING_END_EVENT:
      kind = .mappingEnd
    default:
      return nil
    }
    start = unsafe Int(event.start_mark.index)
    end = unsafe Int(event.end_mark.index)
  }
}

private func copy(_ text: UnsafePointer<CChar>?) -> String? {
  unsafe text.map { unsafe String(cString: $0) }
}

private func copy(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
  unsafe text.map { unsafe String(cString: $0) }
}
