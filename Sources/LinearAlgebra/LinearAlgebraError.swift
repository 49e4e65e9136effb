internal import Opening
internal import Vocabulary

/// Why a library could not be loaded, or columns could not be read as numbers.
public struct LinearAlgebraError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence: what is wrong.
  public var message: String
  /// What to do, most likely remedy first.
  public var solutions: [String]

  /// A failure with its remedies.
  public init(_ message: String, solutions: [String] = []) {
    self.message = message
    self.solutions = solutions
  }

  /// The message.
  public var description: String { message }
}

extension LinearAlgebraError {
  /// Why a library cannot be used.
  init(_ error: OpeningError) {
    self.init(error.message, solutions: [OpeningError.remedy])
  }
}

extension SharedLibrary {
  /// The first library that can be opened: the one that the user named, or one of `names`.
  init(
    linearAlgebra name: String, _ search: LibrarySearch, names: [String]
  ) throws(LinearAlgebraError) {
    do throws(OpeningError) {
      try self.init(name, at: search.paths(of: names))
    } catch {
      throw LinearAlgebraError(error)
    }
  }

  func checkLinearAlgebra(missing name: UnsafePointer<CChar>?) throws(LinearAlgebraError) {
    do throws(OpeningError) {
      try unsafe check(missing: name)
    } catch {
      throw LinearAlgebraError(error)
    }
  }
}
