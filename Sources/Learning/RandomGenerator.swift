/// Xoshiro256**, seeded by SplitMix64: the same numbers on every machine and in every version.
///
/// For example: `RandomGenerator(seed: 7).next()`.
/// Source: D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators" (2021);
/// <https://prng.di.unimi.it>.
public struct RandomGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// A generator whose numbers depend on nothing but `seed` and `stream`.
  ///
  /// Different streams of one seed are independent, so that work can be cut into pieces whose
  /// results do not depend on who does them when.
  public init(seed: UInt64, stream: UInt64 = 0) {
    var mixer = SplitMix64(state: seed ^ SplitMix64.mixed(stream))
    state = (mixer.next(), mixer.next(), mixer.next(), mixer.next())
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let result = Self.rotated(state.1 &* 5, by: 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = Self.rotated(state.3, by: 45)
    return result
  }

  /// A whole number from 0 up to, not including, `bound`; 0 when there is none.
  ///
  /// Lemire's multiplication without his rejection: the bias is below `bound` / 2^64.
  public mutating func index(below bound: Int) -> Int {
    bound > 0 ? Int(next().multipliedFullWidth(by: UInt64(bound)).high) : 0
  }

  private static func rotated(_ value: UInt64, by bits: UInt64) -> UInt64 {
    value << bits | value >> (64 - bits)
  }
}

/// SplitMix64: the generator that seeds other generators, and a mixer of 64 bits.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators" (2014).
struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    return Self.finalized(state)
  }

  /// The first number of the generator whose state is `value`: a bijection of 64 bits.
  static func mixed(_ value: UInt64) -> UInt64 {
    finalized(value &+ 0x9E37_79B9_7F4A_7C15)
  }

  private static func finalized(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
