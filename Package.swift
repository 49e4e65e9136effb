// swift-tools-version: 6.2
import PackageDescription

// Data falls, imports climb: each floor takes the value made on the floor above it and makes the
// next one. The dependency lists below are the architecture, and the build enforces them
// (`--explicit-target-dependency-import-check error`).

let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func room(
  _ name: String, on dependencies: [Target.Dependency] = [],
  resources: [Resource]? = nil, without others: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: others, resources: resources,
    swiftSettings: strict)
}

func tests(
  of name: String, with others: [Target.Dependency] = [], beside goldens: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + others, exclude: goldens,
    swiftSettings: strict)
}

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let yaml: Target.Dependency = .product(name: "Yams", package: "Yams")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(
  name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle: Target.Dependency = .product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let httpClient: Target.Dependency = .product(
  name: "AsyncHTTPClient", package: "async-http-client")
let ssl: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let grpc: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcProtobuf: Target.Dependency = .product(
  name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let grpcTransport: Target.Dependency = .product(
  name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")

let package = Package(
  name: "washi",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "washi", targets: ["washi"]),
    // The learning engine for other packages: models, metrics and the values that they speak of.
    .library(name: "WashiLearning", targets: ["Learning", "Vocabulary"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    // Without traits: no full Foundation.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // Without traits: no configuration files, no full Foundation.
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
  ],
  targets: [
    // Ground: values that everybody speaks of.
    room("Vocabulary", on: [crypto]),

    // Shaft: the C libraries, each behind a small bridge that owns its handles.
    .systemLibrary(
      name: "CCmark", pkgConfig: "libcmark",
      providers: [.apt(["libcmark-dev"]), .brew(["cmark"])]),
    .target(name: "CEngines"),
    room("Opening", on: ["Vocabulary"]),
    room("DuckDB", on: ["CEngines", "Opening", "Vocabulary"]),
    room("LightGBM", on: ["CEngines", "Opening", "Vocabulary"]),
    room("LinearAlgebra", on: ["CEngines", "Opening", "Vocabulary"]),

    // What engines far away send, and how one of them is asked.
    room("ArrowIPC", on: ["CEngines", "Vocabulary"]),
    room(
      "SparkConnect",
      on: ["ArrowIPC", "Vocabulary", grpc, grpcProtobuf, grpcTransport, nio, protobuf],
      without: ["Protocol/spark.proto"]),

    // Places that several machines see.
    room("Storing", on: ["Vocabulary"]),

    // Engines elsewhere: conversations with databases and clusters.
    room(
      "Connecting",
      on: ["CEngines", "DuckDB", "Opening", "Parsing", "SparkConnect", "Vocabulary"]),

    // Side rooms: pure functions of tables.
    room("Charting", on: ["Vocabulary"]),
    room("Learning", on: ["LightGBM", "LinearAlgebra", "Vocabulary"]),
    // Several machines that train one model together.
    room("Teaming", on: ["Learning", "LightGBM", "Vocabulary", crypto]),
    room("Comparing", on: ["Vocabulary"]),

    // Floors: text -> Notebook -> Plan -> Run -> Report -> Version.
    room("Parsing", on: ["CCmark", "Vocabulary", yaml]),
    room("Steps", on: ["Charting", "DuckDB", "Learning", "Parsing", "Teaming", "Vocabulary"]),
    room("Planning", on: ["DuckDB", "Parsing", "Steps", "Vocabulary"]),
    room("Orchestrating", on: ["Parsing", "Planning", "Steps", "Vocabulary"]),
    room(
      "Running",
      on: [
        "Connecting", "DuckDB", "Learning", "Parsing", "Planning", "Steps", "Storing", "Vocabulary",
      ]),
    room(
      "Reporting",
      on: [
        "Charting", "Comparing", "Parsing", "Planning", "Running", "Steps", "Vocabulary", mustache,
      ],
      resources: [
        .embedInCode("Templates/difference.css"), .embedInCode("Templates/front.mustache"),
        .embedInCode("Templates/page.mustache"), .embedInCode("Templates/style.css"),
      ],
      without: [
        "Templates/workplace.css", "Templates/workplace.js", "Templates/workplace.mustache",
      ]),
    room(
      "Archiving",
      on: ["Comparing", "Parsing", "Reporting", "Steps", "Storing", "Vocabulary", grdb]),
    // Beside the floors: what a run tells the outside, a tracking server and people.
    room(
      "Telling",
      on: ["Learning", "Parsing", "Vocabulary", httpClient, nio, nioHTTP1, nioPosix],
      resources: [.embedInCode("Tracking/washi_model.py")]),
    room(
      "Serving",
      on: [
        "Archiving", "Charting", "Comparing", "DuckDB", "Learning", "LightGBM", "Parsing",
        "Planning", "Reporting", "Steps", "Vocabulary", crypto, cryptoExtras, grdb, httpTypes,
        hummingbird, hummingbirdCore, hummingbirdTLS, lifecycle, logging, mustache, nio, signals,
        ssl,
      ],
      resources: [
        .embedInCode("API/openapi.json"), .embedInCode("Templates/workplace.css"),
        .embedInCode("Templates/workplace.js"),
        .embedInCode("Templates/workplace.mustache"),
      ],
      without: [
        "Templates/difference.css", "Templates/front.mustache", "Templates/page.mustache",
        "Templates/style.css",
      ]),
    room(
      "Commands",
      on: [
        "Archiving", "Charting", "Comparing", "Connecting", "DuckDB", "Learning", "LightGBM",
        "LinearAlgebra",
        "Orchestrating", "Parsing", "Planning", "Reporting", "Running", "Serving", "Steps",
        "Storing", "Teaming", "Telling", "Vocabulary", arguments, logging,
      ],
      resources: [
        .embedInCode("Review/washi-review.sh"), .embedInCode("Review/washi.yml"),
      ]),
    .executableTarget(name: "washi", dependencies: ["Commands"], swiftSettings: strict),
    // The example package's program against the modules of `WashiLearning`, so that tests build it.
    .executableTarget(
      name: "LearningExample", dependencies: ["Learning", "Vocabulary"],
      path: "Examples/learning/Sources/learning", swiftSettings: strict),

    // One room, one suite; EndToEndTests try the built command as a user would.
    tests(of: "Vocabulary"),
    tests(of: "DuckDB", with: ["Vocabulary"]),
    tests(of: "ArrowIPC", with: ["CEngines", "Vocabulary"], beside: ["Fixtures"]),
    tests(
      of: "SparkConnect",
      with: ["CEngines", "Vocabulary", grpc, grpcProtobuf, grpcTransport, protobuf]),
    tests(of: "LightGBM", with: ["CEngines", "DuckDB", "Vocabulary"]),
    tests(of: "Charting", with: ["Vocabulary"], beside: ["Goldens"]),
    tests(
      of: "Learning", with: ["DuckDB", "LightGBM", "LinearAlgebra", "Vocabulary"],
      beside: ["Expectations"]),
    tests(of: "Comparing", with: ["Vocabulary"]),
    tests(of: "Teaming", with: ["DuckDB", "Learning", "LightGBM", "Vocabulary"]),
    tests(of: "Storing", with: ["Vocabulary"]),
    tests(of: "Parsing", with: ["CCmark", "Vocabulary"]),
    tests(of: "Connecting", with: ["DuckDB", "Parsing", "Vocabulary"]),
    tests(
      of: "Steps",
      with: ["Charting", "DuckDB", "Learning", "LightGBM", "Parsing", "Teaming", "Vocabulary"]),
    tests(of: "Planning", with: ["DuckDB", "Parsing", "Steps", "Vocabulary"]),
    tests(
      of: "Running",
      with: ["CEngines", "Connecting", "DuckDB", "Parsing", "Planning", "Steps", "Vocabulary"]),
    tests(
      of: "Orchestrating", with: ["DuckDB", "Parsing", "Planning", "Vocabulary"],
      beside: ["Goldens"]),
    tests(
      of: "Reporting",
      with: ["Charting", "Parsing", "Planning", "Running", "Steps", "Vocabulary"],
      beside: ["Goldens"]),
    tests(of: "Archiving", with: ["Reporting", "Steps", "Storing", "Vocabulary", grdb]),
    tests(
      of: "Telling", with: ["Learning", "Parsing", "Vocabulary", nio, nioHTTP1, nioPosix]),
    tests(
      of: "Serving",
      with: [
        "Archiving", "DuckDB", "Parsing", "Planning", "Reporting", "Steps", "Vocabulary", grdb,
        httpTypes,
        hummingbird, logging, nio,
      ], beside: ["Model"]),
    tests(
      of: "Commands",
      with: ["Archiving", "LightGBM", "Parsing", "Planning", "Vocabulary", arguments],
      beside: ["Goldens"]),
    .testTarget(
      name: "EndToEndTests", dependencies: ["washi", "LearningExample"], swiftSettings: strict),
  ]
)
