internal import CEngines
public import Vocabulary

/// Rows in LightGBM's binned form, with labels and weights; freed when the last holder lets go.
@safe public final class Dataset {
  let session: Session
  let handle: UnsafeMutableRawPointer
  /// The validation set's bins are those of its reference, which must live as long.
  private let reference: Dataset?
  /// How many rows there are.
  public let rowCount: Int
  /// How many features there are.
  public let featureCount: Int

  init(
    taking handle: UnsafeMutableRawPointer?, _ session: Session, reference: Dataset?
  ) throws(LightGBMError) {
    guard let handle = unsafe handle else {
      throw LightGBMError(.engine, "LightGBM made no data set")
    }
    var rows: Int32 = 0
    var features: Int32 = 0
    _ = unsafe session.functions.DatasetGetNumData(handle, &rows)
    _ = unsafe session.functions.DatasetGetNumFeature(handle, &features)
    self.session = session
    unsafe self.handle = unsafe handle
    self.reference = reference
    rowCount = Int(rows)
    featureCount = Int(features)
  }

  deinit {
    _ = unsafe session.functions.DatasetFree(handle)
  }

  /// Takes the stream's columns as features, in order.
  ///
  /// `reference` is the training set whose bins a validation set shares. `categorical` names the
  /// columns that hold category codes (whole numbers from 0). Throws for a column that is neither a
  /// number nor a boolean, before LightGBM sees it.
  public convenience init(
    _ session: Session, stream: ColumnStream, label: [Float]? = nil, weight: [Float]? = nil,
    parameters: Parameters = [:], categorical: [String] = [], reference: Dataset? = nil
  ) throws(LightGBMError) {
    try session.checkThread()
    try ColumnCheck.check(stream.fields)
    let pointer = try unsafe stream.unconsumed()
    let settings = try Self.settings(
      parameters, categorical, stream.fields.map(\.name), session.library)
    var made: UnsafeMutableRawPointer?
    let columns: NarrowColumns
    do throws(LightGBMError) {
      columns = try unsafe NarrowColumns(reading: pointer, stream.fields)
    } catch {
      throw stream.failure.map { LightGBMError(.source, "\($0)") } ?? error
    }
    try session.call(parameters) {
      unsafe columns.withStream { pointer in
        unsafe session.functions.DatasetCreateFromArrowStream(
          pointer, settings, reference?.handle, &made)
      }
    }
    try unsafe self.init(taking: made, session, reference: reference)
    try name(stream.fields.map(\.name))
    try setFields(label, weight)
  }

  /// Takes a dense matrix, row after row, as features; NaN is a missing value.
  public convenience init(
    _ session: Session, matrix: [Double], names: [String], label: [Float]? = nil,
    weight: [Float]? = nil, parameters: Parameters = [:], categorical: [String] = [],
    reference: Dataset? = nil
  ) throws(LightGBMError) {
    try session.checkThread()
    let rows = try DenseShape.rows(of: matrix, columns: names.count)
    let settings = try Self.settings(parameters, categorical, names, session.library)
    var made: UnsafeMutableRawPointer?
    try session.call(parameters) {
      // 1 is float64, then row-major.
      unsafe session.functions.DatasetCreateFromMat(
        matrix, 1, rows, Int32(clamping: names.count), 1, settings, reference?.handle, &made)
    }
    try unsafe self.init(taking: made, session, reference: reference)
    try name(names)
    try setFields(label, weight)
  }

  /// The rows with these indices, which must ascend, with their labels and weights.
  public func subset(
    rows: [Int32], parameters: Parameters = [:]
  ) throws(LightGBMError) -> Dataset {
    try session.checkThread()
    let settings = try parameters.text(for: session.library)
    var made: UnsafeMutableRawPointer?
    try session.call(parameters) {
      unsafe session.functions.DatasetGetSubset(
        handle, rows, Int32(clamping: rows.count), settings, &made)
    }
    return try unsafe Dataset(taking: made, session, reference: self)
  }

  /// Sets the value to predict, one for each row.
  public func setLabel(_ values: [Float]) throws(LightGBMError) { try set("label", values) }

  /// Sets how much each row counts.
  public func setWeight(_ values: [Float]) throws(LightGBMError) { try set("weight", values) }

  private func setFields(_ label: [Float]?, _ weight: [Float]?) throws(LightGBMError) {
    if let label { try setLabel(label) }
    if let weight { try setWeight(weight) }
  }

  private func set(_ field: String, _ values: [Float]) throws(LightGBMError) {
    try session.checkThread()
    guard values.count == rowCount else {
      throw LightGBMError(
        .shape, "there are \(values.count) values of `\(field)` for \(rowCount) rows", name: field)
    }
    // 0 is float32.
    try session.check(
      unsafe session.functions.DatasetSetField(
        handle, field, values, Int32(clamping: values.count), 0))
  }

  /// Gives the features names that LightGBM can write into its model text.
  private func name(_ names: [String]) throws(LightGBMError) {
    let copies = unsafe FeatureNames.safe(names).map { name in
      let bytes = name.utf8CString
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      for (index, byte) in bytes.enumerated() { unsafe copy[index] = byte }
      return unsafe copy
    }
    defer { unsafe copies.forEach { unsafe $0.deallocate() } }
    var pointers = unsafe copies.map { unsafe UnsafePointer<CChar>?($0) }
    try session.check(
      unsafe session.functions.DatasetSetFeatureNames(
        handle, &pointers, Int32(clamping: names.count)))
  }

  private static func settings(
    _ parameters: Parameters, _ categorical: [String], _ names: [String], _ library: Library
  ) throws(LightGBMError) -> String {
    guard !categorical.isEmpty else { return try parameters.text(for: library) }
    var indices: [String] = []
    for name in categorical {
      guard let index = names.firstIndex(of: name) else {
        throw LightGBMError(
          .column, "there is no column `\(name)`", name: name,
          solutions: solutions(forUnknown: name, among: names))
      }
      indices.append(String(index))
    }
    return try parameters.merging(["categorical_feature": indices.joined(separator: ",")])
      .text(for: library)
  }
}

/// The shape of a matrix that is stored row after row.
enum DenseShape {
  static func rows(of matrix: [Double], columns: Int) throws(LightGBMError) -> Int32 {
    guard columns > 0, matrix.count % columns == 0,
      let rows = Int32(exactly: matrix.count / columns)
    else {
      throw LightGBMError(.shape, "\(matrix.count) numbers are no rows of \(columns) columns")
    }
    return rows
  }
}

/// LightGBM's model text and JSON dump quote no names: the characters that would break them become
/// `_`, and names that have become equal get a number.
public enum FeatureNames {
  /// Names that LightGBM accepts, in the same order, all different.
  public static func safe(_ names: [String]) -> [String] {
    var used: Set<String> = []
    return names.map { name in
      var safe = String(
        String.UnicodeScalarView(
          name.unicodeScalars.map { scalar in
            scalar.properties.isWhitespace || scalar.value < 32
              || "\",:[]{}=".unicodeScalars.contains(scalar)
              ? "_" : scalar
          }))
      if safe.isEmpty { safe = "_" }
      var unique = safe
      var number = 2
      while !used.insert(unique).inserted {
        unique = "\(safe)_\(number)"
        number += 1
      }
      return unique
    }
  }
}
