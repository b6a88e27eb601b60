# One service per image: docker build --build-arg SERVICE=Gaia.Gateway . (Gaia.Auth, Gaia.Chat, Gaia.Asset). Fly builds it remotely as it is.
FROM mcr.microsoft.com/dotnet/sdk:10.0-alpine AS build
WORKDIR /src
COPY . .
# All services in a layer that their images share, as they share most of what is compiled; native libraries are those of the image's platform only. Code style
# is checked by the build that the tests run on.
# One name for the program, whichever service it is: an ENTRYPOINT knows no build arguments. The link is followed to where the assemblies lie.
RUN for service in Gaia.Auth Gaia.Chat Gaia.Asset Gaia.Gateway; do \
      dotnet publish "$service" -c Release -o "/app/$service" --use-current-runtime --no-self-contained --nologo -v quiet -p:RunAnalyzers=false \
        && ln -s "$service" "/app/$service/service" || exit; \
    done && rm -rf */bin */obj

FROM mcr.microsoft.com/dotnet/aspnet:10.0-alpine
WORKDIR /app
# Where Gaia.Asset receives files, and keeps them when a volume is mounted and no bucket is configured.
RUN mkdir /data && chown "$APP_UID" /data
ARG SERVICE
COPY --from=build /app/$SERVICE .
ENV ASPNETCORE_HTTP_PORTS=8080 ASSET_PATH=/data
EXPOSE 8080
USER $APP_UID
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/alive"]
# The process itself, so that signals reach it and arguments do: "migrate" brings the database up to date and ends.
ENTRYPOINT ["./service"]
