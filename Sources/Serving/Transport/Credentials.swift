internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// The server's own certificate and key. They can be read anew while it serves: connections that begin
/// afterwards get the new ones.
final class Credentials: Sendable {
  private let files: WorkplaceSettings.TLS
  private let current: Mutex<Pair>

  private struct Pair: Sendable {
    var chain: [NIOSSLCertificateSource]
    var key: NIOSSLPrivateKeySource
  }

  /// Reads both files, and refuses what does not belong together.
  init(_ files: WorkplaceSettings.TLS) throws(ServingError) {
    self.files = files
    current = Mutex(try Self.read(files))
  }

  /// Reads both files again; what is wrong with them leaves the old ones in place.
  func reload() throws(ServingError) {
    let new = try Self.read(files)
    current.withLock { $0 = new }
  }

  /// What the server shows to whoever connects.
  var configuration: TLSConfiguration {
    var configuration = Self.configuration(of: current.withLock { $0 })
    configuration.sslContextCallback = { _, promise in
      let now = self.current.withLock { $0 }
      var shown = NIOSSLContextConfigurationOverride()
      shown.certificateChain = now.chain
      shown.privateKey = now.key
      promise.succeed(shown)
    }
    return configuration
  }

  private static func configuration(of pair: Pair) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: pair.chain, privateKey: pair.key)
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    return configuration
  }

  private static func read(_ files: WorkplaceSettings.TLS) throws(ServingError) -> Pair {
    for path in [files.certificate, files.key] where DiskFile.data(at: path) == nil {
      throw .system("read", path)
    }
    let chain = (try? NIOSSLCertificate.fromPEMFile(files.certificate)) ?? []
    guard !chain.isEmpty else {
      throw ServingError("\(files.certificate) holds no certificate in PEM form")
    }
    guard let key = try? NIOSSLPrivateKey(file: files.key, format: .pem) else {
      throw ServingError("\(files.key) holds no private key in PEM form without a password")
    }
    let pair = Pair(chain: chain.map { .certificate($0) }, key: .privateKey(key))
    guard (try? NIOSSLContext(configuration: configuration(of: pair))) != nil else {
      throw ServingError("\(files.key) is not the key of the certificate \(files.certificate)")
    }
    return pair
  }
}
