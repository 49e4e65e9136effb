internal import Parsing
internal import Planning
internal import Running
internal import Steps
internal import Vocabulary

/// What a report says, before it takes a form: page, Markdown and JSON are made of the same one.
struct Manuscript {
  var run: Run
  var words: Words
  /// The notebook's name in the series, `credit/monthly`.
  var notebook: String
  /// The line over the heading, nil when it would repeat it.
  var eyebrow: String?
  /// The page's one first-level heading: the author's own when the prose begins with one.
  var heading: [Inline]
  /// The paragraph that the page begins with.
  var lead: [Inline]?
  /// The figures of the first screen, in order.
  var tiles: [Tile]
  /// What follows, in document order.
  var elements: [Element]
  /// The key figures over the editions; nil until there are two earlier ones.
  var trend: Trend?
  /// The headings of `elements` and the places of missing values.
  var outline: Outline

  /// A figure that a step wants to be seen, with what it was in earlier editions.
  struct Tile {
    var step: String
    var metric: Metric
    /// The values in earlier editions, oldest first.
    var past: [PastEditions.Figure] = []
  }

  enum Element {
    case prose(Block)
    case step(PlacedStep)
  }

  /// A run as a manuscript.
  init(of run: Run) {
    self.run = run
    let plan = run.plan
    let notebook = plan.notebook
    words = Words(notebook.frontMatter.language)
    self.notebook = seriesName(ofNotebookAt: notebook.path)
    let opening = Opening(of: notebook.elements)
    heading = opening.heading ?? [.text(run.title)]
    let headingText = plainText(of: heading, in: run)
    eyebrow = headingText == run.title ? nil : run.title
    if opening.lead == nil, let description = run.description, !description.isEmpty {
      lead = [.text(description)]
    } else {
      lead = opening.lead
    }
    var placer = StepPlacer(run: run)
    var elements: [Element] = []
    for element in opening.rest {
      switch element {
      case .prose(let block): elements.append(.prose(block))
      case .parameters: break
      case .step(let source):
        if let step = placer.place(source.name) { elements.append(.step(step)) }
      }
    }
    tiles = placer.tiles
    if notebook.frontMatter.showsTrend {
      trend = Trend(of: placer.figures, in: run, words: words, placing: &placer)
    }
    self.elements = elements
    outline = Outline(of: opening, in: run)
  }

  /// Every step with its place, in document order.
  var steps: [PlacedStep] {
    elements.compactMap { if case .step(let step) = $0 { step } else { nil } }
  }
}

/// The first heading and the first paragraph, taken out of the prose that follows them.
struct Opening {
  var heading: [Inline]?
  var lead: [Inline]?
  var rest: [Notebook.Element] = []

  /// Splits a document: a first-level heading counts when only the parameters stand before it, a
  /// paragraph when only they and the heading do.
  init(of elements: [Notebook.Element]) {
    var isOpen = true
    for element in elements {
      switch element {
      case .parameters where isOpen: break
      case .prose(.heading(1, let inlines, _)) where isOpen && heading == nil && lead == nil:
        heading = inlines
        continue
      case .prose(.paragraph(let inlines, _)) where isOpen && lead == nil:
        lead = inlines
        isOpen = false
        continue
      default: isOpen = false
      }
      rest.append(element)
    }
  }
}

/// A place as `file:line:column`, the file as it is called on every machine.
func portablePlace(_ range: SourceRange) -> String {
  "\(portablePath(range.file)):\(range.start.line):\(range.start.column)"
}
