internal import Vocabulary

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// POSIX's `write`, by a name that the methods below do not hide.
private let posixWrite = unsafe write

/// Objects as files of a folder on a disk that several machines mount.
///
/// An object appears by a rename, so that nobody sees a part of it, and a name is claimed by a hard
/// link, which succeeds for one only; both hold on NFS. No lock is taken.
public struct FolderStore: ObjectStore {
  private let root: String

  /// The store in this folder, which is made when something is kept.
  public init(_ root: String) {
    self.root = root
  }

  /// The folder.
  public var description: String { root }
  /// A hard link is made once.
  public var guarantee: Guarantee { .byStore }

  /// Copies an object into a new file.
  public func get(_ name: String, to path: String) throws(StorageError) -> Bool {
    let source = place(name)
    guard unsafe access(source, F_OK) == 0 else { return false }
    do {
      try make(folderOf: path)
      try FileManager.default.copyItem(atPath: source, toPath: path)
      return true
    } catch {
      // Somebody may have removed it meanwhile.
      guard unsafe access(source, F_OK) == 0 else { return false }
      throw StorageError("cannot read \(source): \(error)")
    }
  }

  /// Copies objects into files of their names below a folder.
  public func get(_ names: [String], into folder: String) throws(StorageError) {
    for name in names { _ = try get(name, to: "\(folder)/\(name)") }
  }

  /// Keeps the files below a folder.
  public func put(_ folder: String) throws(StorageError) {
    for name in fileNames(below: folder) {
      let draft = try draft(of: "\(folder)/\(name)", for: name)
      guard unsafe rename(draft, place(name)) == 0 else {
        let code = errno
        unsafe unlink(draft)
        throw failure("write", place(name), code)
      }
    }
  }

  /// Keeps a file under a name that nobody has taken.
  public func create(_ path: String, as name: String) throws(StorageError) -> Bool {
    let draft = try draft(of: path, for: name)
    defer { unsafe unlink(draft) }
    if unsafe link(draft, place(name)) == 0 { return true }
    var code = errno
    if [EPERM, ENOTSUP, ENOSYS].contains(code) {
      // A disk without links: the name is taken at once, its bytes follow, and readers wait for them.
      let file = unsafe open(place(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if file >= 0 {
        defer { close(file) }
        try write(FileManager.default.contents(atPath: path) ?? Data(), to: file, as: name)
        return true
      }
      code = errno
    }
    guard code == EEXIST else { throw failure("write", place(name), code) }
    return FileManager.default.contentsEqual(atPath: path, andPath: place(name))
  }

  /// The objects below a folder.
  public func objects(in folder: String) throws(StorageError) -> [StoredObject] {
    fileNames(below: place(folder)).compactMap { name in
      var status = stat()
      guard unsafe stat("\(place(folder))/\(name)", &status) == 0 else { return nil }
      #if canImport(Glibc)
        let time = status.st_mtim
      #else
        let time = status.st_mtimespec
      #endif
      return StoredObject(
        name: folder.isEmpty ? name : "\(folder)/\(name)", size: Int(status.st_size),
        modified: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }
  }

  /// Removes objects.
  public func remove(_ names: [String]) throws(StorageError) {
    for name in names { unsafe unlink(place(name)) }
  }

  /// What a file is called that is not yet an object.
  private static let draftEnding = ".draft"

  private func place(_ name: String) -> String { name.isEmpty ? root : "\(root)/\(name)" }

  /// A copy of a file beside the place that it is meant for, held by the disk.
  private func draft(of path: String, for name: String) throws(StorageError) -> String {
    let draft = "\(place(name)).\(UInt64.random(in: 0 ... .max))\(Self.draftEnding)"
    do {
      try make(folderOf: draft)
      try FileManager.default.copyItem(atPath: path, toPath: draft)
    } catch {
      unsafe unlink(draft)
      throw StorageError(
        "cannot write \(place(name)): \(error)",
        solutions: ["see that \(root) is mounted and may be written to"])
    }
    let file = unsafe open(draft, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("write", draft, errno) }
    defer { close(file) }
    // The time of a copied file is that of its source; what counts is when it came here.
    guard fsync(file) == 0 || errno == EINVAL, futimens(file, nil) == 0 else {
      throw failure("write", draft, errno)
    }
    return draft
  }

  private func write(_ data: Data, to file: Int32, as name: String) throws(StorageError) {
    var rest = ArraySlice(data)
    while !rest.isEmpty {
      // The buffer outlives the call and is as long as told.
      let count = unsafe rest.withUnsafeBytes { unsafe posixWrite(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write", place(name), errno) }
      rest = rest.dropFirst(count)
    }
    guard fsync(file) == 0 || errno == EINVAL else { throw failure("write", place(name), errno) }
  }

  private func make(folderOf path: String) throws {
    let folder = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func failure(_ verb: String, _ path: String, _ code: Int32) -> StorageError {
    let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    return StorageError("cannot \(verb) \(path): \(reason)")
  }
}

/// The paths of all files below a folder, relative to it, sorted.
func fileNames(below folder: String) -> [String] {
  let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
  return names.filter { name in
    var status = stat()
    return unsafe stat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }.sorted()
}
