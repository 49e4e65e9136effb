internal import CEngines

/// Machines that train one model together, as one of them sees it.
///
/// All call `exchange` equally often and in the same order; whatever LightGBM needs to know of the
/// other machines' rows goes through it.
public protocol Collective: AnyObject {
  /// The place of this machine among all, from 0.
  var rank: Int { get }
  /// How many machines there are.
  var count: Int { get }

  /// Sends each machine its bytes and takes from each as many as are expected; its own place is not
  /// minded, and empty in what comes back.
  func exchange(_ outgoing: [[UInt8]], expecting sizes: [Int]) throws(LightGBMError) -> [[UInt8]]
}

extension Collective {
  /// Sends all machines the same bytes; gives those of all, its own among them.
  public func gather(_ bytes: [UInt8], sizes: [Int]) throws(LightGBMError) -> [[UInt8]] {
    var all = try exchange(Array(repeating: bytes, count: count), expecting: sizes)
    all[rank] = bytes
    return all
  }

  /// The numbers of all machines, which have equally many, added up in the order of machines.
  public func sums(of numbers: [Double]) throws(LightGBMError) -> [Double] {
    let bytes = numbers.littleEndianBytes
    let all = try gather(bytes, sizes: Array(repeating: bytes.count, count: count))
    var sums = numbers.map { _ in 0.0 }
    for part in all {
      for (place, number) in [Double](littleEndian: part).enumerated() { sums[place] += number }
    }
    return sums
  }

  /// The numbers of all machines one behind the other, on the first machine; nothing on the others.
  /// `counts` says how many each has.
  public func collected(
    _ numbers: [Double], counts: [Int]
  ) throws(LightGBMError) -> [Double]? {
    var outgoing = Array(repeating: [UInt8](), count: count)
    outgoing[0] = rank == 0 ? [] : numbers.littleEndianBytes
    let all = try exchange(outgoing, expecting: counts.map { rank == 0 ? 8 * $0 : 0 })
    guard rank == 0 else { return nil }
    return numbers + all.dropFirst().flatMap { [Double](littleEndian: $0) }
  }

  /// The first machine's numbers, of which there are `count`, on all machines.
  public func shared(_ numbers: [Double], count size: Int) throws(LightGBMError) -> [Double] {
    var outgoing = Array(repeating: [UInt8](), count: count)
    if rank == 0 { outgoing = Array(repeating: numbers.littleEndianBytes, count: count) }
    let all = try exchange(
      outgoing, expecting: (0..<count).map { $0 == 0 && rank != 0 ? 8 * size : 0 })
    return rank == 0 ? numbers : [Double](littleEndian: all[0])
  }
}

extension [Double] {
  /// Eight bytes for each number.
  var littleEndianBytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 * count)
    for number in self {
      let bits = number.bitPattern
      for shift in 0..<8 as Range<UInt64> {
        bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * shift)))
      }
    }
    return bytes
  }

  /// The numbers that these bytes hold.
  init(littleEndian bytes: [UInt8]) {
    self = stride(from: 0, to: bytes.count / 8 * 8, by: 8).map { start in
      var bits: UInt64 = 0
      for offset in 0..<8 { bits |= UInt64(bytes[start + offset]) << UInt64(8 * offset) }
      return Double(bitPattern: bits)
    }
  }
}

extension Session {
  /// Lets LightGBM on this session's thread train together with other machines, while `body` runs.
  ///
  /// Data sets and boosters made within must be told so: `tree_learner=data`, `pre_partition=true`
  /// and `num_machines`.
  public func together<Success>(
    with collective: any Collective, _ body: () throws(LightGBMError) -> Success
  ) throws(LightGBMError) -> Success {
    try checkThread()
    isTogether = true
    defer { isTogether = false }
    let bridge = CollectiveBridge(collective)
    let context = unsafe Unmanaged.passUnretained(bridge).toOpaque()
    unsafe collective_enter(
      CollectiveFunctions(
        context: context,
        reduce_scatter: { context, input, typeSize, starts, lengths, output, reducer in
          guard let bridge = unsafe CollectiveBridge.of(context), let input = unsafe input,
            let starts = unsafe starts, let lengths = unsafe lengths, let output = unsafe output,
            let reducer = unsafe reducer
          else { return 1 }
          return unsafe bridge.reduceScatter(input, typeSize, starts, lengths, output, reducer)
        },
        gather: { context, input, starts, lengths, output in
          guard let bridge = unsafe CollectiveBridge.of(context), let input = unsafe input,
            let starts = unsafe starts, let lengths = unsafe lengths, let output = unsafe output
          else { return 1 }
          return unsafe bridge.gather(input, starts, lengths, output)
        }))
    defer {
      _ = functions.NetworkFree()
      collective_leave()
      withExtendedLifetime(bridge) {}
    }
    try check(
      unsafe functions.NetworkInitWithFunctions(
        CInt(clamping: collective.count), CInt(clamping: collective.rank),
        collective_reduce_scatter_function(), collective_gather_function()))
    do throws(LightGBMError) {
      return try body()
    } catch {
      // LightGBM's words say only that machines are gone; the bridge knows which.
      throw bridge.failure ?? error
    }
  }
}

/// What LightGBM calls, in terms of bytes.
@safe private final class CollectiveBridge {
  private let collective: any Collective
  private(set) var failure: LightGBMError?

  init(_ collective: any Collective) {
    self.collective = collective
  }

  static func of(_ context: UnsafeMutableRawPointer?) -> CollectiveBridge? {
    guard let context = unsafe context else { return nil }
    return unsafe Unmanaged<CollectiveBridge>.fromOpaque(context).takeUnretainedValue()
  }

  func reduceScatter(
    _ input: UnsafePointer<CChar>, _ typeSize: CInt, _ starts: UnsafePointer<Int32>,
    _ lengths: UnsafePointer<Int32>, _ output: UnsafeMutablePointer<CChar>,
    _ reducer: CollectiveReducer
  ) -> CInt {
    let rank = collective.rank
    // LightGBM's blocks lie within its input, one for each machine.
    var outgoing = (0..<collective.count).map { place in
      unsafe Self.bytes(input + Int(starts[place]), Int(lengths[place]))
    }
    let own = outgoing[rank]
    outgoing[rank] = []
    guard
      var blocks = exchange(
        outgoing, expecting: Array(repeating: own.count, count: collective.count))
    else { return 1 }
    blocks[rank] = own
    // Always in the order of machines, so that sums are the same on every run.
    unsafe Self.copy(blocks[0], to: output)
    for block in blocks.dropFirst() {
      unsafe block.withUnsafeBytes { bytes in
        guard let start = unsafe bytes.bindMemory(to: CChar.self).baseAddress else { return }
        unsafe reducer(start, output, typeSize, Int32(clamping: block.count))
      }
    }
    return 0
  }

  func gather(
    _ input: UnsafePointer<CChar>, _ starts: UnsafePointer<Int32>,
    _ lengths: UnsafePointer<Int32>, _ output: UnsafeMutablePointer<CChar>
  ) -> CInt {
    let rank = collective.rank
    // Input and output may be the same memory: what is sent is copied first.
    let own = unsafe Self.bytes(input, Int(lengths[rank]))
    var outgoing = Array(repeating: own, count: collective.count)
    outgoing[rank] = []
    let sizes = (0..<collective.count).map { unsafe Int(lengths[$0]) }
    guard var blocks = exchange(outgoing, expecting: sizes) else { return 1 }
    blocks[rank] = own
    for (place, block) in blocks.enumerated() {
      unsafe Self.copy(block, to: output + Int(starts[place]))
    }
    return 0
  }

  private func exchange(_ outgoing: [[UInt8]], expecting sizes: [Int]) -> [[UInt8]]? {
    var sizes = sizes
    sizes[collective.rank] = 0
    do throws(LightGBMError) {
      return try collective.exchange(outgoing, expecting: sizes)
    } catch {
      failure = failure ?? error
      return nil
    }
  }

  private static func bytes(_ start: UnsafePointer<CChar>, _ count: Int) -> [UInt8] {
    unsafe Array(UnsafeRawBufferPointer(start: start, count: max(0, count)))
  }

  private static func copy(_ bytes: [UInt8], to place: UnsafeMutablePointer<CChar>) {
    unsafe bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      unsafe UnsafeMutableRawPointer(place).copyMemory(from: start, byteCount: source.count)
    }
  }
}
