/// A C array of pointers to the structs of a column's parts, freed with this object.
@safe final class ChildPointers<Struct> {
  let count: Int
  /// Nil when there are none.
  let pointer: UnsafeMutablePointer<UnsafeMutablePointer<Struct>?>?

  /// Memory for `count` structs, each of which `initialize` fills.
  init(count: Int, _ initialize: (Int, UnsafeMutablePointer<Struct>) -> Void) {
    self.count = count
    guard count > 0 else {
      unsafe pointer = nil
      return
    }
    let array = UnsafeMutablePointer<UnsafeMutablePointer<Struct>?>.allocate(capacity: count)
    for index in 0..<count {
      let child = UnsafeMutablePointer<Struct>.allocate(capacity: 1)
      unsafe initialize(index, child)
      unsafe (array + index).initialize(to: child)
    }
    unsafe pointer = unsafe array
  }

  deinit {
    unsafe forEach { unsafe $0.deallocate() }
    unsafe pointer?.deallocate()
  }

  /// Calls `body` with each of the structs.
  func forEach(_ body: (UnsafeMutablePointer<Struct>) -> Void) {
    for index in 0..<count {
      if let child = unsafe pointer?[index] { unsafe body(child) }
    }
  }
}
