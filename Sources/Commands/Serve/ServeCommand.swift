internal import ArgumentParser

/// `washi serve`: the web workplace, and who may come.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serve the web workplace and the API.",
    discussion: """
      People fill in a notebook's parameters, upload its file, run it, watch it and read its reports in a \
      browser; programs do the same below /api/v1, and score rows. Without anything said it listens on this \
      machine only and lets everybody on it do everything; as soon as somebody is added, it asks who comes.
      `washi serve start --help` lists the options.

      EXAMPLES:
        washi serve                                          http://127.0.0.1:8000
        washi serve --demo                                   a first look at a project made for it
        washi serve user add ada --role admin                asks for a password
        washi serve user add ben --role runner:credit --role viewer
        washi serve token add ada nightly-job --role runner
        washi serve --host 0.0.0.0 --tls-certificate cert.pem --tls-key key.pem
        washi serve --host 0.0.0.0 --public-url https://reports.example.com    behind a proxy with TLS
      """,
    subcommands: [
      ServeStartCommand.self, ServeUserCommand.self, ServeTokenCommand.self,
    ],
    defaultSubcommand: ServeStartCommand.self)
}
