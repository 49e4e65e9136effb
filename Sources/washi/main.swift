import Commands

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// A file that may not grow is an error to tell like a full disk, not the end of the process.
signal(SIGXFSZ, SIG_IGN)

// The executable is a doorbell; the house behind it is a library that tests can call.
exit(await answer(Array(CommandLine.arguments.dropFirst())))
