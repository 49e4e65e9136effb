import Testing

@testable import Steps

@Suite struct PictureTests {
  private func cleaned(_ text: String) throws -> (text: String, removed: Int) {
    let picture = try Picture(Array(text.utf8), .svg)
    return (String(decoding: picture.bytes, as: UTF8.self), picture.removedCount)
  }

  private let head = "<svg xmlns=\"http://www.w3.org/2000/svg\">"

  @Test func keepsWhatDraws() throws {
    let text = """
      <?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd"><!-- made by hand -->
      <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">
      <title>A &lt; B</title><defs><path id="m" d="M0 0"/></defs>
      <use xlink:href="#m" style="fill: #abc; clip-path: url(#c)"/><text x='1'>5 &#62; 4 &amp; 3</text></svg>
      """
    let picture = try Picture(Array(text.utf8), .svg)
    #expect(picture.removedCount == 0)
    #expect(picture.description == "A < B")
    let clean = String(decoding: picture.bytes, as: UTF8.self)
    #expect(clean.contains(##"<use href="#m" style="fill: #abc; clip-path: url(#c)"/>"##))
    #expect(clean.contains("<text x=\"1\">5 &gt; 4 &amp; 3</text>"))
    #expect(try cleaned(clean).text == clean, "cleaning what is clean changes nothing")
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "<svg:script>alert(1)</svg:script>", "<SCRIPT>x</SCRIPT>",
    "<foreignObject><body onload=\"x()\"/></foreignObject>", "<iframe src=\"https://e.x\"/>",
    "<image href=\"https://e.x/a.png\"/>", "<image xlink:href=\"data:image/svg+xml;base64,AA\"/>",
    "<use href=\"https://e.x/a.svg#m\"/>", "<use xlink:href=\"file:///etc/passwd\"/>",
    "<rect onclick=\"x()\"/>", "<rect oNclick=\"x()\"/>", "<rect fill=\"url(https://e.x/a)\"/>",
    "<rect style=\"fill: u\\72l(https://e.x)\"/>", "<rect fill=\"URL( 'https://e.x/a' )\"/>",
    "<style>@import url(https://e.x/a.css);</style>", "<style>* { fill: url(https://e.x) }</style>",
    "<style><![CDATA[@im\nport 'https://e.x';@import 'https://e.x';]]></style>",
    "<a href=\"javascript:x()\"><text>t</text></a>",
    "<set attributeName=\"href\" to=\"javascript:x()\"/>",
    "<animate attributeName=\"href\" values=\"javascript:x()\"/>", "<handler>x()</handler>",
    "<rect filter=\"url(https://e.x/f#g)\"/>", "<image href=\"  javascript:x()\"/>",
    "<a href=\"java&#10;script:x()\"/>", "<image href=\"da&#9;ta:text/html,x\"/>",
  ])
  func takesOutWhatRunsOrLeadsElsewhere(_ part: String) throws {
    let (text, removed) = try cleaned(head + part + "<rect/></svg>")
    #expect(removed > 0)
    #expect(text.contains("<rect"))
    let lowered = text.lowercased().replacing("http://www.w3.org/2000/svg", with: "")
    for bad in ["script", "http", "onclick", "onload", "@import", "file:", "data:", "\\"] {
      #expect(!lowered.contains(bad), "\(text)")
    }
  }

  @Test func keepsTheTextOfLinks() throws {
    #expect(
      try cleaned(head + "<a href=\"https://e.x\"><text>t</text></a></svg>").text
        == head + "<text>t</text></svg>\n")
  }

  @Test(arguments: [
    "", "no picture", "<html></html>", "<svg>", "<svg></g></svg>", "<svg><rect></svg>",
    "<svg a=b></svg>", "<svg/><svg/>", "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg>&a;</svg>",
    "<svg>&nbsp;</svg>", "<svg>& </svg>", "<svg <rect/></svg>", "<svg><!-- </svg>",
  ])
  func refusesWhatIsNoPicture(_ text: String) {
    #expect(throws: Picture.Fault.self) { try cleaned(text) }
  }

  @Test func survivesDepthAndSize() {
    let deep = String(repeating: "<g>", count: 100_000)
    #expect(throws: Picture.Fault.self) { try cleaned(head + deep) }
    #expect(throws: Picture.Fault.self) {
      try Picture([UInt8](repeating: 32, count: Picture.largestSize + 1), .svg)
    }
  }

  @Test func stripsAPNGOfEverythingButItsPicture() throws {
    func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
      [0, 0, 0, UInt8(data.count)] + Array(kind.utf8) + data + [0, 0, 0, 0]
    }
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    let parts = [chunk("IHDR", [1]), chunk("IDAT", [2, 3]), chunk("IEND", [])]
    let plain = signature + parts.joined()
    let noisy =
      signature + parts[0] + chunk("tIME", [9]) + chunk("tEXt", Array("Software".utf8)) + parts[1]
      + parts[2] + Array("trailing".utf8)
    #expect(try Picture(noisy, .png).bytes == plain)
    for bad in [[], signature, Array(plain.dropLast(3)), signature + parts[1] + parts[2]] {
      #expect(throws: Picture.Fault.self) { try Picture(bad, .png) }
    }
  }
}
