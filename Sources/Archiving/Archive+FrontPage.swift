extension Archive {
  /// Writes `output/index.html` anew from what lies in the output folder; untouched when it says
  /// the same already.
  public func refreshFrontPage() throws(ArchiveError) {
  }
}
