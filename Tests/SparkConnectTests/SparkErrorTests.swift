import Testing

@testable import SparkConnect

/// The messages are those of Spark 4.3.0.
@Suite struct SparkErrorTests {
  @Test func readsConditionStateAndPlace() {
    let error = SparkError(
      reported: """
        [TABLE_OR_VIEW_NOT_FOUND] The table or view `nope` cannot be found. Verify the spelling and correctness of the schema and catalog.
        Search path: [`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`].
        To tolerate the error on drop use DROP VIEW IF EXISTS or DROP TABLE IF EXISTS. SQLSTATE: 42P01; line 1 pos 14;
        'Project [*]
        +- 'UnresolvedRelation [nope], [], false
        """)
    #expect(error.kind == .sql)
    #expect(
      error.summary
        == "The table or view `nope` cannot be found. Verify the spelling and correctness of the "
        + "schema and catalog")
    #expect(error.condition == "TABLE_OR_VIEW_NOT_FOUND")
    #expect(error.state == "42P01")
    #expect(error.place == SparkError.Place(line: 1, column: 14))
  }

  @Test func readsPlacesThatCountFromOne() {
    let error = SparkError(
      reported: """
        [CAST_INVALID_INPUT] The value 'x' of the type "STRING" cannot be cast to "INT" because it is malformed. SQLSTATE: 22018
        == SQL (line 3, position 8) ==
        SELECT CAST('x' AS INT) AS a FROM range(5)
               ^^^^^^^^^^^^^^^^
        """)
    #expect(
      error.summary
        == #"The value 'x' of the type "STRING" cannot be cast to "INT" because it is malformed"#)
    #expect(error.place == SparkError.Place(line: 3, column: 7))
  }

  @Test func readsWhatParsersSay() {
    let error = SparkError(
      reported: """

        [PARSE_SYNTAX_ERROR] Syntax error at or near 'FORM'. SQLSTATE: 42601 (line 1, pos 9)

        == SQL ==
        SELECT * FORM x
        ---------^^^
        """)
    #expect(error.summary == "Syntax error at or near 'FORM'")
    #expect(error.place == SparkError.Place(line: 1, column: 9))
  }

  @Test func leavesOutTasksAndHosts() {
    let error = SparkError(
      reported: """
        Job aborted due to stage failure: Task 0 in stage 3.0 failed 1 times, most recent failure: Lost task 0.0 in stage 3.0 (TID 3) (worker-7.internal executor driver): org.apache.spark.SparkArithmeticException: [DIVIDE_BY_ZERO] Division by zero. Use `try_divide`. SQLSTATE: 22012
        \tat org.apache.spark.sql.errors.QueryExecutionErrors$.divideByZeroError(QueryExecutionErrors.scala:201)
        """)
    #expect(error.summary == "Division by zero. Use `try_divide`")
    let heap = SparkError(
      reported: """
        Job aborted due to stage failure: Task 1 in stage 27.0 failed 1 times, most recent failure: Lost task 1.0 in stage 27.0 (TID 26) (worker-7.internal executor driver): java.lang.OutOfMemoryError: Java heap space
        \tat java.base/java.util.Arrays.copyOf(Arrays.java:3745)
        """)
    #expect(heap.summary == "Java heap space")
  }

  @Test func leavesOutTheClassOfAnException() {
    let error = SparkError(reported: "java.lang.IllegalStateException: it broke.\n\tat java.base/x")
    #expect(error.summary == "it broke")
    #expect(error.condition == nil)
  }

  @Test func knowsCancelledAndLostWork() {
    #expect(
      SparkError(reported: "[OPERATION_CANCELED] Operation has been canceled. SQLSTATE: HY008").kind
        == .cancelled)
    #expect(
      SparkError(reported: "[INVALID_HANDLE.SESSION_NOT_FOUND] The handle is invalid.").kind
        == .lost)
  }

  @Test func findsPlacesInTheQuery() {
    let sql = "SELECT 'ü🙂' AS a,\n  'ß' || b\nFROM t"
    #expect(SparkError.Place(line: 1, column: 0).offset(in: sql) == 0)
    #expect(SparkError.Place(line: 1, column: 13).offset(in: sql) == 16)
    #expect(SparkError.Place(line: 2, column: 9).offset(in: sql) == 32)
    #expect(SparkError.Place(line: 4, column: 0).offset(in: sql) == nil)
    #expect(SparkError.Place(line: 3, column: 99).offset(in: sql) == nil)
  }

  @Test func saysSomethingForNothing() {
    #expect(SparkError(reported: "").summary == "Spark gave no reason")
  }
}
