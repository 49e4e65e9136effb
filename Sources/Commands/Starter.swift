/// The files that `washi init` makes.
enum Starter {
  static let notebook = "notebooks/hello.md"
  static let ignoreFile = ".gitignore"

  static let files: [(path: String, text: String)] = [
    (
      "washi.yaml",
      """
      # The project file: what all notebooks below share. Paths are relative to this folder.
      # catalog:
      #   sales: { path: data/sales.csv }

      """
    ),
    (
      notebook,
      #"""
      ---
      title: Hello, {{ $name }}
      description: A first report on a small table.
      ---

      # Hello, {{ $name }}

      ```yaml parameters
      name:    { type: string, default: world, description: Whom to greet }
      minimum: { type: int, default: 0, min: 0, description: Leave out days with fewer cups }
      ```

      In a week {{ (SELECT sum(cups) FROM coffee) }} cups were drunk, most of them on
      {{ (SELECT day FROM coffee ORDER BY cups DESC, day LIMIT 1) }}.

      ```sql step coffee show=table
      SELECT * FROM (VALUES
        ('Monday', 12), ('Tuesday', 9), ('Wednesday', 7), ('Thursday', 10), ('Friday', 14)
      ) AS week(day, cups)
      WHERE cups >= $minimum
      ```

      ```yaml step chart
      uses: chart
      title: Cups of coffee by day
      table: coffee
      mark: bar
      x: day
      y: cups
      ```

      Change a number above, run it again, and compare the two versions.

      """#
    ),
    (
      ignoreFile,
      """
      # Run history, cache and failed runs. output/ is meant to be committed.
      .washi/

      """
    ),
  ]
}
