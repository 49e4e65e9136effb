internal import ArgumentParser
internal import Vocabulary

/// Answers a call of the tool and tells the exit code; `main.swift` does nothing else.
///
/// For example: `exit(await answer(Array(CommandLine.arguments.dropFirst())))`.
public func answer(_ arguments: [String]) async -> Int32 {
  let circumstances = Circumstances.ofThisProcess()
  let console = Console.ofThisProcess(circumstances.environment)
  return await answer(arguments, at: Desk(circumstances: circumstances, console: console)).rawValue
}

/// Answers a call in given circumstances.
func answer(_ arguments: [String], at desk: Desk) async -> ExitStatus {
  let command: any ParsableCommand
  do {
    command = try Washi.parseAsRoot(GivenParameter.numbered(arguments))
    guard let action = command as? any Action else {
      var other = command
      try other.run()
      return .done
    }
    do {
      return try await action.perform(at: desk)
    } catch  where !(error is CleanExit || error is ValidationError) {
      let complaint = Complaint(about: error)
      desk.show(complaint.diagnostics)
      return complaint.status
    }
  } catch {
    let status = ExitStatus(parsing: error)
    let message = Washi.fullMessage(for: error)
    if status == .done { desk.console.say(message) } else { desk.console.note(message) }
    return status
  }
}
