import Learning

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The seconds that this process has worked, whatever else the machine does.
func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// The best value of each seed after 100 trials, and the processor seconds of a study, sorted.
func results(
  _ function: TestFunction, _ sampler: Study.Sampler, seeds: Int
) -> (bests: [Double], seconds: [Double]) {
  var bests: [Double] = []
  var seconds: [Double] = []
  for seed in 0..<seeds {
    let study = Study(function.space, trials: 100, sampler: sampler, seed: UInt64(seed))
    let start = processorSeconds()
    let trials = study.run { trial in .complete(loss: function(trial.point), steps: 1) }
    seconds.append(processorSeconds() - start)
    bests.append(trials.compactMap(\.loss).min() ?? .nan)
  }
  return (bests.sorted(), seconds.sorted())
}

func median(_ sorted: [Double]) -> Double {
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

func rounded(_ value: Double) -> String { String((value * 1000).rounded() / 1000) }

let seeds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 30
print("medians of \(seeds) seeds after 100 trials")
print("            " + ["tpe", "random", "tpe, ms"].map { padded($0, 10) }.joined())
for function in TestFunction.allCases {
  let tpe = results(function, .tpe, seeds: seeds)
  let random = results(function, .random, seeds: seeds)
  let cells = [
    rounded(median(tpe.bests)), rounded(median(random.bests)),
    String((median(tpe.seconds) * 10_000).rounded() / 10),
  ]
  print(padded(function.rawValue, 12) + cells.map { padded($0, 10) }.joined())
}
