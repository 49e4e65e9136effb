# syntax=docker/dockerfile:1
#
#     docker build -t washi .
#     docker run --init --rm -v "$PWD:/project" washi run notebooks/hello.md
#     docker run --init -d -p 8000:8000 -v "$PWD:/project" washi \
#       serve --host 0.0.0.0 --public-url https://reports.example.com
#
# The runs of a server are its children: when the container stops they stop, and the next container
# starts them again.

ARG SWIFT=6.3.1-bookworm

FROM swift:${SWIFT} AS build
WORKDIR /src
COPY . .
# Libraries by apt-get, the engines from wheels that are pinned by SHA-256.
RUN Scripts/setup
RUN --mount=type=cache,target=/src/.build,sharing=locked \
    swift build -c release --product washi --explicit-target-dependency-import-check error \
 && install -D .build/release/washi /opt/washi/bin/washi \
 && mkdir -p /opt/washi/.deps && cp -a .deps/lib .deps/licenses /opt/washi/.deps/

FROM swift:${SWIFT}-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates git libcmark0.30.2 libgomp1 liblinear4 libopenblas0-pthread libpython3.11 \
      libsqlite3-0 tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --home-dir /project --no-create-home washi
COPY --from=build /opt/washi /opt/washi
ENV PATH=/opt/washi/bin:$PATH
RUN washi doctor
USER washi
WORKDIR /project
VOLUME /project
EXPOSE 8000
# A server that speaks HTTPS itself wants a check of its own: --health-cmd.
HEALTHCHECK --start-period=20s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8000 && printf 'GET /healthz HTTP/1.0\\r\\nHost: 127.0.0.1:8000\\r\\n\\r\\n' >&3 && grep -q '^ok' <&3"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["washi"]
CMD ["--help"]
