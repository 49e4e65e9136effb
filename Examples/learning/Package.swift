// swift-tools-version: 6.2
import PackageDescription

// Another package that uses the learning engine without the rest of Washi: `swift run` here.
let package = Package(
  name: "learning",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "washi", path: "../..")],
  targets: [
    .executableTarget(
      name: "learning", dependencies: [.product(name: "WashiLearning", package: "washi")])
  ]
)
