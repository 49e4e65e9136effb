/// The whole number nearest to a finite, non-negative double times a power of ten, ties to even,
/// computed exactly.
///
/// A double is an integer times a power of two, so scaling it is long multiplication, and dividing
/// by a power of two is a shift whose lost bits decide the rounding.
struct DecimalDigits {
  /// Base 2^32, least significant first; no zeros at the end.
  private var limbs: [UInt32]

  init(_ value: Double, scaledByTenTo power: Int) {
    let mantissa =
      value.isNormal ? value.significandBitPattern | 1 << 52 : value.significandBitPattern
    let exponent = max(1, Int(value.exponentBitPattern)) - 1075
    limbs = [UInt32(truncatingIfNeeded: mantissa), UInt32(truncatingIfNeeded: mantissa >> 32)]
    var shift = min(exponent, 0)
    shiftLeft(by: max(exponent, 0))
    if power >= 0 {
      for _ in 0..<(power / 9) { multiply(by: 1_000_000_000) }
      for _ in 0..<(power % 9) { multiply(by: 10) }
    } else {
      // Dividing by 10^n is dividing by 5^n and by 2^n. The quotient gets 64 extra bits and a
      // sticky last one, which is all that rounding can depend on.
      let extra = 64 + 3 * -power
      shiftLeft(by: extra)
      var isInexact = false
      for _ in 0..<(-power / 13) where divide(by: 1_220_703_125) != 0 { isInexact = true }
      for _ in 0..<(-power % 13) where divide(by: 5) != 0 { isInexact = true }
      shiftLeft(by: 1)
      if isInexact { limbs[0] |= 1 }
      shift -= extra + 1 - power
    }
    if shift < 0 { shiftRightRounding(by: -shift) }
  }

  /// The decimal digits; `0` for zero.
  var text: String {
    var rest = self
    var groups: [UInt32] = []
    rest.trim()
    while !rest.limbs.isEmpty {
      groups.append(rest.divide(by: 1_000_000_000))
      rest.trim()
    }
    guard let first = groups.popLast() else { return "0" }
    return groups.reversed().reduce(into: String(first)) { text, group in
      let digits = String(group)
      text += String(repeating: "0", count: 9 - digits.utf8.count) + digits
    }
  }

  private mutating func trim() {
    while limbs.last == 0 { limbs.removeLast() }
  }

  private mutating func multiply(by factor: UInt32) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let product = UInt64(limbs[index]) * UInt64(factor) + carry
      limbs[index] = UInt32(truncatingIfNeeded: product)
      carry = product >> 32
    }
    if carry > 0 { limbs.append(UInt32(carry)) }
  }

  private mutating func divide(by divisor: UInt32) -> UInt32 {
    var rest: UInt64 = 0
    for index in limbs.indices.reversed() {
      let part = rest << 32 | UInt64(limbs[index])
      limbs[index] = UInt32(part / UInt64(divisor))
      rest = part % UInt64(divisor)
    }
    return UInt32(rest)
  }

  private mutating func shiftLeft(by count: Int) {
    let (words, bits) = count.quotientAndRemainder(dividingBy: 32)
    if bits > 0 { multiply(by: 1 << UInt32(bits)) }
    if words > 0 { limbs.insert(contentsOf: repeatElement(0, count: words), at: 0) }
  }

  private mutating func shiftRightRounding(by count: Int) {
    let half = bit(count - 1)
    let (halfWord, halfBit) = (count - 1).quotientAndRemainder(dividingBy: 32)
    let isBelowHalf =
      limbs.prefix(halfWord).contains { $0 != 0 }
      || (halfWord < limbs.count && limbs[halfWord] & (1 << UInt32(halfBit) - 1) != 0)
    let (words, bits) = count.quotientAndRemainder(dividingBy: 32)
    limbs.removeFirst(min(words, limbs.count))
    if bits > 0 { _ = divide(by: UInt32(1) << UInt32(bits)) }
    let isOdd = !limbs.isEmpty && limbs[0] & 1 == 1
    if half, isBelowHalf || isOdd { increment() }
  }

  private func bit(_ index: Int) -> Bool {
    index / 32 < limbs.count && limbs[index / 32] >> UInt32(index % 32) & 1 == 1
  }

  private mutating func increment() {
    for index in limbs.indices {
      limbs[index] &+= 1
      if limbs[index] != 0 { return }
    }
    limbs.append(1)
  }
}
