import Commands

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// The executable is a doorbell; the house behind it is a library that tests can call.
exit(await answer(Array(CommandLine.arguments.dropFirst())))
