import Testing

@testable import Commands

/// What a run may use of its machine.
@Suite struct MachineShareTests {
  private let whole = MachineShare.ofThisProcess(in: [:])

  @Test func takesTheMachineUnlessToldOtherwise() {
    #expect(whole.cores >= 1)
    #expect(whole.memory >= 1 << 28)
    #expect(!whole.isMemoryGiven)
    let less = MachineShare.ofThisProcess(in: ["WASHI_CORES": "1", "WASHI_MEMORY": "300MB"])
    #expect(less.cores == 1)
    #expect(less.memory == 300_000_000)
    #expect(less.isMemoryGiven)
  }

  @Test(arguments: ["", "0", "-1", "many", "1.5"])
  func mindsNoNonsense(_ text: String) {
    let odd = MachineShare.ofThisProcess(in: ["WASHI_CORES": text, "WASHI_MEMORY": text])
    #expect(odd == whole)
  }

  @Test func neverTakesMoreThanThereIs() {
    let more = MachineShare.ofThisProcess(
      in: ["WASHI_CORES": "100000", "WASHI_MEMORY": "900000GB"])
    #expect(more.cores == whole.cores)
    #expect(more.memory == whole.memory)
  }

  @Test func isDividedAmongRunsWithTheirSteps() {
    let half = MachineShare(of: 8, 16 << 30, among: 2)
    #expect(half.cores == 4)
    #expect(half.memory == 8 << 30)
    // So many runs times so many steps stay within the processors.
    #expect(half.variables(jobs: 16)["WASHI_JOBS"] == "4")
    #expect(half.variables(jobs: 2)["WASHI_JOBS"] == "2")
    #expect(MachineShare(of: 2, 4 << 30, among: 3).variables(jobs: 4)["WASHI_JOBS"] == "1")
    let read = MachineShare.ofThisProcess(
      in: MachineShare(of: 2, 1 << 30, among: 2).variables(jobs: 1))
    #expect(read.cores == 1)
    #expect(read.memory == 1 << 29)
  }
}
