# tidewaiter in an image: `docker build -t tidewaiter .`, then `docker run --rm -v "$PWD:/work" tidewaiter needs app.wasm`.
# What is installed to build it is in ./dev and nowhere else; the program itself needs libc alone, and virt, declare and stub Binaryen.
FROM debian:12-slim AS build
WORKDIR /src
COPY . .
RUN ./dev build release -DTIDEWAITER_TESTS=OFF -DTIDEWAITER_LTO=ON && ./dev install --prefix /usr/local --strip

FROM debian:12-slim
# As in ./dev, the version is the one that this Debian has.
# hadolint ignore=DL3008
RUN apt-get update -q && apt-get install -y -q --no-install-recommends binaryen && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/ /usr/local/
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["tidewaiter"]
CMD ["--help"]
