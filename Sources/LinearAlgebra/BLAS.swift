internal import CEngines
internal import Opening
public import Vocabulary

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Products of matrices: by OpenBLAS where it is, by a plain loop where it is not.
///
/// For example: `BLAS.load(LibrarySearch()).multiply(a, b, rows: 2, columns: 3, inner: 4, into: &c)`.
/// OpenBLAS runs on one thread, so that sums are always made in the same order.
public final class BLAS {
  /// Name, version and file of the library; nil when the plain loop works.
  public let description: EngineDescription?
  private let functions: OpenBLASFunctions?

  private init(_ description: EngineDescription?, _ functions: OpenBLASFunctions?) {
    self.description = description
    self.functions = functions
  }

  /// The plain loop, which needs no library.
  public static let plain = BLAS(nil, nil)

  private static let opened = OpenedLibraries<BLAS, LinearAlgebraError>()

  /// OpenBLAS when the search finds it, the plain loop otherwise.
  ///
  /// Throws only when the user has named a library that cannot be opened.
  public static func load(_ search: LibrarySearch) throws(LinearAlgebraError) -> BLAS {
    try opened.library(for: search) { search throws(LinearAlgebraError) in
      do throws(LinearAlgebraError) {
        return try open(search)
      } catch {
        if search.explicit != nil { throw error }
        return plain
      }
    }
  }

  /// OpenBLAS, or why there is none.
  public static func open(_ search: LibrarySearch) throws(LinearAlgebraError) -> BLAS {
    #if canImport(Darwin)
      let names = ["libopenblas.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib"]
    #else
      let names = ["libopenblas.so.0", "libopenblas.so"]
    #endif
    let library = try SharedLibrary(linearAlgebra: "OpenBLAS", search, names: names)
    var functions = OpenBLASFunctions()
    let missing = unsafe openblas_functions_load(&functions, library.handle)
    try unsafe library.checkLinearAlgebra(missing: missing)
    functions.openblas_set_num_threads(1)
    // "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Haswell MAX_THREADS=64"
    let words = unsafe functions.openblas_get_config().map { unsafe String(cString: $0) } ?? ""
    let version = words.split(separator: " ").dropFirst().first.map(String.init) ?? "unknown"
    return BLAS(
      EngineDescription(name: "OpenBLAS", version: version, path: library.path), functions)
  }

  /// Which factor of a product is transposed first.
  public enum Side: Sendable {
    /// The left one: it is stored as `inner` x `rows`.
    case left
    /// The right one: it is stored as `columns` x `inner`.
    case right
  }

  /// `result = left * right`, all row after row; `left` is `rows` x `inner` and `right` `inner` x
  /// `columns`.
  ///
  /// Arrays that are too short leave `result` as it is.
  public func multiply(
    _ left: [Double], _ right: [Double], transposing side: Side? = nil, rows: Int, columns: Int,
    inner: Int, into result: inout [Double]
  ) {
    guard rows > 0, columns > 0, inner > 0, left.count >= rows * inner,
      right.count >= inner * columns, result.count >= rows * columns
    else { return }
    if let functions {
      // 101 is row-major, 111 as it is, 112 transposed.
      unsafe functions.cblas_dgemm(
        101, side == .left ? 112 : 111, side == .right ? 112 : 111, CInt(clamping: rows),
        CInt(clamping: columns), CInt(clamping: inner), 1, left,
        CInt(clamping: side == .left ? rows : inner), right,
        CInt(clamping: side == .right ? inner : columns), 0, &result, CInt(clamping: columns))
      return
    }
    let (leftRow, leftStep) = side == .left ? (1, rows) : (inner, 1)
    let (rightRow, rightStep) = side == .right ? (1, inner) : (columns, 1)
    // The bounds were checked above; in the innermost loop they would cost half of the time.
    unsafe left.withUnsafeBufferPointer { left in
      unsafe right.withUnsafeBufferPointer { right in
        unsafe result.withUnsafeMutableBufferPointer { result in
          for row in 0..<rows {
            for column in 0..<columns { unsafe result[row * columns + column] = 0 }
            for step in 0..<inner {
              let factor = unsafe left[row * leftRow + step * leftStep]
              if factor == 0 { continue }
              for column in 0..<columns {
                unsafe result[row * columns + column] +=
                  factor * right[step * rightRow + column * rightStep]
              }
            }
          }
        }
      }
    }
  }
}

// The C function pointers are set before the value is shared and never change; OpenBLAS may be called
// from any thread.
extension BLAS: @unchecked Sendable {}
