#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The part of a machine that a run may use: everything, or what whoever started it leaves to it.
///
/// For example: a batch of two runs on four cores gives each `MachineShare(of: whole, among: 2)`,
/// by the variables `WASHI_CORES` and `WASHI_MEMORY`.
struct MachineShare: Sendable, Hashable {
  /// Processors, at least one.
  var cores: Int
  /// Bytes of memory.
  var memory: Int
  /// Whether the memory was given; else it is all that the machine has.
  var isMemoryGiven = false

  /// An equal share among so many runs.
  init(of cores: Int, _ memory: Int, among count: Int) {
    self.cores = max(1, cores / max(1, count))
    self.memory = max(Self.leastMemory, memory / max(1, count))
    isMemoryGiven = true
  }

  private init(cores: Int, memory: Int) {
    self.cores = max(1, cores)
    self.memory = max(Self.leastMemory, memory)
  }

  /// Less than this is no plan to work with.
  private static let leastMemory = 1 << 28

  /// What this process may use: the whole machine, or what the environment says when that is less.
  /// What is no number there is not minded.
  static func ofThisProcess(in environment: [String: String]) -> MachineShare {
    var share = MachineShare(
      cores: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      memory: Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE))))
    if let cores = environment[coresVariable].flatMap(Int.init), cores > 0 {
      share.cores = min(share.cores, cores)
    }
    if let memory = environment[memoryVariable].flatMap(CleanCommand.bytes), memory > 0 {
      share.memory = max(leastMemory, min(share.memory, memory))
      share.isMemoryGiven = true
    }
    return share
  }

  /// The variables by which a process is told its share, with at most so many steps at once.
  func variables(jobs: Int) -> [String: String] {
    [
      Self.coresVariable: "\(cores)", Self.memoryVariable: "\(memory)B",
      "WASHI_JOBS": "\(max(1, min(jobs, cores)))",
    ]
  }

  static let coresVariable = "WASHI_CORES"
  static let memoryVariable = "WASHI_MEMORY"
}
