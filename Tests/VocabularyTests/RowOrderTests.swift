import Testing
import Vocabulary

@Suite struct RowOrderTests {
  @Test(arguments: [0, 1, 2, 3000])
  func ordersRowsByTheirKeys(count: Int) {
    // Keys of all lengths, each twice; the second of two comes later.
    let keys = (0..<count).map { row -> UInt64 in
      let pair = UInt64(row / 2)
      return (pair &* 0x9E37_79B9_7F4A_7C15) >> (pair % 64)
    }
    let expected = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
    #expect(RowOrder.rows(by: keys).map(Int.init) == expected)
  }

  @Test func ordersNumbersByTheirSize() {
    let numbers = [
      -Double.infinity, -1e300, -2, -1, -1e-300, 0, 1e-300, 1, 1.5, 2, 1e300, .infinity,
    ]
    let keys = numbers.map(RowOrder.key)
    #expect(zip(keys, keys.dropFirst()).allSatisfy(<))
    #expect(RowOrder.key(-0.0) == RowOrder.key(0))
  }
}
