internal import Steps

extension Words {
  var runRefused: String { pick("A gate refused.", "ゲートが拒否しました。") }

  var gateWarned: String { pick("A gate warned.", "ゲートが警告しています。") }
  var gateWarnedAdvice: String { pick("Nothing was held back.", "処理は続けられています。") }

  /// What a refusal means.
  func advice(for consequence: Verdict.Consequence) -> String {
    switch consequence {
    case .stop:
      pick(
        "The steps after it did not run, and nothing was published.",
        "以降のステップは実行されず、公開もされていません。")
    case .withholdPublication:
      pick("The report is shown as it is; nothing was published.", "内容は以下のとおりですが、公開はされていません。")
    case .withholdPromotion:
      pick("The report is published; no model was promoted.", "レポートは公開されましたが、モデルは昇格していません。")
    }
  }
}
