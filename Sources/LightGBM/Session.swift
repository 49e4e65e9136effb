internal import CEngines

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// One thread that belongs to LightGBM, because its log, its last error and its OpenMP team belong to
/// a thread. Data sets and boosters are made and used inside of `run` only.
///
/// For example:
///
///     let model = try Session.run(library) { session throws(LightGBMError) in
///       let data = try Dataset(session, stream: stream, label: labels)
///       let booster = try Booster(session, training: data, parameters: ["objective": "binary"])
///       for _ in 0..<100 { try booster.update() }
///       return try booster.modelText()
///     }
public final class Session {
  /// The library that runs it.
  public let library: Library
  /// The lines that LightGBM has logged so far, without ends of line.
  public private(set) var log: [String] = []
  private var partialLine = ""
  /// Whether calls wait for other machines, so that they must not wait for a turn as well.
  var isTogether = false
  private let thread: pthread_t

  private init(_ library: Library) {
    self.library = library
    thread = pthread_self()
  }

  /// Runs `body` on a new thread with a stack of 16 MB and waits for it.
  ///
  /// Nothing that was made of the session may outlive it; using it elsewhere throws.
  public static func run<Success>(
    _ library: Library, _ body: (Session) throws(LightGBMError) -> Success
  ) throws(LightGBMError) -> Success {
    var outcome: Result<Success, LightGBMError>?
    withoutActuallyEscaping(body) { body in
      let job = Job {
        let session = Session(library)
        session.listen()
        do throws(LightGBMError) {
          outcome = .success(try body(session))
        } catch {
          outcome = .failure(error)
        }
        session.stopListening()
      }
      job.runAndWait()
    }
    guard let outcome else {
      throw LightGBMError(.engine, "the system made no thread for LightGBM")
    }
    return try outcome.get()
  }

  var functions: LightGBMFunctions { library.functions }

  /// Throws LightGBM's last error when `status` is not 0.
  func check(_ status: CInt) throws(LightGBMError) {
    guard status != 0 else { return }
    let words = unsafe functions.GetLastError().map { unsafe String(cString: $0) }
    // LightGBM's words for this are an assertion with a path of the machine that built it.
    if words?.contains("(num_data) > (0)") == true {
      throw LightGBMError(.shape, "there are no rows to train on")
    }
    throw LightGBMError(.engine, words ?? "LightGBM failed without a word")
  }

  /// Calls LightGBM with these settings, which say with how many threads, when it is their turn.
  func call(_ parameters: Parameters, _ body: () -> CInt) throws(LightGBMError) {
    if isTogether { return try check(body()) }
    let threads = parameters["num_threads"].flatMap { Int($0) } ?? 0
    try check(library.turns.run(max(0, threads), body))
  }

  /// Holds LightGBM's work for this session to the session's own thread, or lets it have as many as
  /// LightGBM works with; a new session is not held. False when there is no OpenMP to be told.
  ///
  /// A model that is made for several threads can so wait for them with its work under way.
  @discardableResult
  public func holdToOneThread(_ isHeld: Bool) throws(LightGBMError) -> Bool {
    try checkThread()
    guard let setDepth = library.setDepth else { return false }
    setDepth(isHeld ? 0 : 1)
    return true
  }

  /// Throws when called on another thread than the session's.
  func checkThread() throws(LightGBMError) {
    guard pthread_equal(thread, pthread_self()) != 0 else {
      throw LightGBMError(.engine, "LightGBM's objects can be used on their session's thread only")
    }
  }

  /// Adds a piece of log text, which need not end with a line.
  private func add(_ text: String) {
    partialLine += text
    while let end = partialLine.firstIndex(of: "\n") {
      log.append(String(partialLine[..<end]))
      partialLine = String(partialLine[partialLine.index(after: end)...])
    }
  }

  /// The place where each thread keeps its session for the log callback, which has no context.
  private static let key: pthread_key_t = {
    var key = pthread_key_t()
    unsafe pthread_key_create(&key, nil)
    return key
  }()

  private func listen() {
    unsafe pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
    _ = unsafe functions.RegisterLogCallback { text in
      guard let text = unsafe text, let current = unsafe pthread_getspecific(Session.key) else {
        return
      }
      let session = unsafe Unmanaged<Session>.fromOpaque(current).takeUnretainedValue()
      unsafe session.add(String(cString: text))
    }
  }

  private func stopListening() {
    pthread_setspecific(Self.key, nil)
  }
}

/// A closure on its way to another thread. The caller waits for its end, so the two never run at the
/// same time.
private final class Job {
  private let body: () -> Void

  init(_ body: @escaping () -> Void) {
    self.body = body
  }

  func runAndWait() {
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    defer { unsafe pthread_attr_destroy(&attributes) }
    unsafe pthread_attr_setstacksize(&attributes, 16 << 20)
    let context = unsafe Unmanaged.passUnretained(self).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = unsafe pthread_create(
      &thread, &attributes,
      { context in
        #if canImport(Darwin)
          unsafe Unmanaged<Job>.fromOpaque(context).takeUnretainedValue().body()
        #else
          if let context = unsafe context {
            unsafe Unmanaged<Job>.fromOpaque(context).takeUnretainedValue().body()
          }
        #endif
        return nil
      }, context)
    guard status == 0 else { return }
    #if canImport(Darwin)
      if let thread { unsafe pthread_join(thread, nil) }
    #else
      pthread_join(thread, nil)
    #endif
  }
}
