internal import CEngines
public import Vocabulary

/// Rows that trees are followed on as they grow, beside LightGBM: what a validation set is for.
///
/// LightGBM walks a validation set on its bins, through a virtual call for each value, and gives its
/// scores away one allocation at a time. Parting the rows at every node, by the places of their values
/// among each other, is less work.
public final class FollowedRows: Sendable {
  /// The features, in order.
  let columns: [RankedColumn]
  /// How many rows there are.
  public let count: Int

  /// Reads the stream's columns as features, in order. Throws for a column that is neither a number
  /// nor a boolean, and when the rows cannot be made.
  public init(reading stream: ColumnStream) throws(LightGBMError) {
    try ColumnCheck.check(stream.fields)
    let pointer = try unsafe stream.unconsumed()
    let columns: NarrowColumns
    do throws(LightGBMError) {
      columns = try unsafe NarrowColumns(reading: pointer, stream.fields)
    } catch {
      throw stream.failure.map { LightGBMError(.source, "\($0)") } ?? error
    }
    count = columns.columns.first?.count ?? 0
    self.columns = RankedColumn.columns(of: columns.columns)
  }
}

/// The scores of followed rows under one model that grows by one tree a round.
public struct FollowedScores {
  private let rows: FollowedRows
  /// The sums of the trees' leaves, one for each row, before they are made probabilities.
  public private(set) var raw: [Double]
  private var buffer: [UInt8] = []
  private var parting: RowParting
  private var roundCount = 0

  /// The scores before the first round: 0, for LightGBM adds what it starts from to its first tree.
  public init(of rows: FollowedRows) {
    self.rows = rows
    raw = Array(repeating: 0, count: rows.count)
    parting = RowParting(rowCount: rows.count)
  }

  /// Adds the trees that the booster has grown since the last call.
  ///
  /// Throws for a model of several trees a round. Models whose trees change afterwards (`dart`), that
  /// are averaged (`rf`) or whose leaves are linear are not the sum of what is added here.
  public mutating func follow(_ booster: Booster) throws(LightGBMError) {
    let count = try booster.roundCount()
    while roundCount < count {
      let text = try booster.text(ofRound: roundCount, in: &buffer)
      let tree = try GrownTree(parsing: text, featureCount: rows.columns.count)
      tree.add(to: &raw, of: rows.columns, in: &parting)
      roundCount += 1
    }
  }
}
