# Baton's image: the service, self-contained, on a base without a shell or a package manager.
#
#   docker build -t baton .                # or podman, buildah; --platform linux/arm64 compiles across
#   docker run -v baton:/var/lib/baton -p 4317:4317 -p 4318:4318 baton
#
# tests/container builds it, and runs it as nobody on a read-only file system.

# Any image with the .NET SDK 10, and any with what the runtime needs (glibc, libssl, libstdc++, certificates).
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG BASE_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled

FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS build
# amd64 or arm64: set by the builder (an older one wants --build-arg TARGETARCH).
ARG TARGETARCH
WORKDIR /source
# What restoring depends on changes less often than the code.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Baton.Continuity/*.csproj src/Baton.Continuity/
COPY src/Baton.Processor/*.csproj src/Baton.Processor/
COPY src/OpenTelemetry.Proto/*.csproj src/OpenTelemetry.Proto/
RUN dotnet restore src/Baton.Processor --arch $TARGETARCH --disable-build-servers -p:PublishReadyToRun=true
COPY . .
# Compiled ahead, as a cold start would spend its first seconds in the compiler. Not trimmed: what a library only reaches by reflection would
# be missed when it is needed, not when it is built.
RUN dotnet publish src/Baton.Processor --no-restore --configuration Release --arch $TARGETARCH --self-contained --disable-build-servers \
      -p:PublishReadyToRun=true -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false --output /out/opt/baton \
 && mkdir -p /out/etc/baton /out/var/lib/baton \
 && cp config/container.yaml /out/etc/baton/baton.yaml

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=
LABEL org.opencontainers.image.title="Baton" \
      org.opencontainers.image.description="An OTLP hop that follows each background job from publication to completion, and says in its trace when it is lost" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /out/opt/baton /opt/baton
COPY --from=build /out/etc/baton /etc/baton
# The only directory that is written to; a new volume takes its owner.
COPY --from=build --chown=10001:10001 /out/var/lib/baton /var/lib/baton
# Diagnostics would put a socket into /tmp, which is read-only. Set it to 1, and mount a /tmp, to look inside with dotnet-trace and the like.
ENV DOTNET_EnableDiagnostics=0
USER 10001:10001
WORKDIR /var/lib/baton
VOLUME /var/lib/baton
# OTLP/gRPC, OTLP/HTTP; metrics and probes.
EXPOSE 4317 4318 8888
# Whether it answers, not whether it takes data (--ready): some orchestrators replace what is unhealthy, and a full disk is not mended so.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["/opt/baton/baton", "health"]
# The process itself, so that SIGTERM reaches it.
ENTRYPOINT ["/opt/baton/baton"]
CMD ["run", "--config", "/etc/baton/baton.yaml"]
