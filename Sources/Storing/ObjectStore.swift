public import Vocabulary

/// A place that several machines see, where whole objects are kept by name.
///
/// A name has components parted by `/`. Nothing here depends on listing for correctness: names are
/// made of content, or are claimed one by one. For example:
/// `try store.create(manifest, as: "versions/credit/monthly/2021-01/v3.json")`.
public protocol ObjectStore: Sendable {
  /// What people call the place; no credentials are in it.
  var description: String { get }

  /// Copies an object into a new file; false when there is none of that name.
  func get(_ name: String, to path: String) throws(StorageError) -> Bool

  /// Copies objects into files of their names below a folder; those that are not there are left out.
  func get(_ names: [String], into folder: String) throws(StorageError)

  /// Keeps the files below a folder under their names; what is there of a name is replaced.
  func put(_ folder: String) throws(StorageError)

  /// Keeps a file under a name that nobody has taken; false when somebody has.
  ///
  /// Of several who try at the same time one succeeds; `Guarantee` says how sure that is. Equal
  /// bytes that are there already count as one's own.
  func create(_ path: String, as name: String) throws(StorageError) -> Bool

  /// The objects whose names begin with a folder's, in any order; some may not be listed yet.
  func objects(in folder: String) throws(StorageError) -> [StoredObject]

  /// Removes objects; those that are not there do not matter.
  func remove(_ names: [String]) throws(StorageError)

  /// How sure it is that only one of several wins.
  var guarantee: Guarantee { get }
}

/// How sure a store is that of several who create the same name at once only one wins.
public enum Guarantee: String, Sendable, Hashable {
  /// The store itself decides.
  case byStore = "the store decides"
  /// The server looks and then moves, in one request.
  case byServer = "the server decides within one request"
  /// Who wants a name says so, waits, and looks who else does.
  case byWaiting = "writers wait for each other"
}

/// An object in a list.
public struct StoredObject: Sendable, Hashable {
  /// The name, from the store's root.
  public var name: String
  /// The bytes.
  public var size: Int
  /// Seconds since 1970 of when it was put there.
  public var modified: Double

  /// An object in a list.
  public init(name: String, size: Int, modified: Double) {
    self.name = name
    self.size = size
    self.modified = modified
  }
}

/// What kept a store from doing something.
public struct StorageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence, without credentials.
  public var description: String
  /// What to do.
  public var solutions: [String]

  /// An obstacle with its remedies.
  public init(_ description: String, solutions: [String] = []) {
    self.description = description
    self.solutions = solutions
  }

  /// The error as a finding.
  public var diagnostic: Diagnostic {
    .error("storage", description, at: nil, solutions: solutions)
  }
}
