# One service per image: docker build --build-arg SERVICE=Gaia.Gateway . (Gaia.Auth, Gaia.Chat, Gaia.Asset). Fly builds it remotely as it is.
FROM mcr.microsoft.com/dotnet/sdk:10.0-alpine AS build
ARG SERVICE
WORKDIR /src
COPY . .
# One name for the program, whichever service it is: an ENTRYPOINT knows no build arguments. The link is followed to where the assemblies lie.
RUN dotnet publish "$SERVICE" -c Release -o /app --nologo -v quiet && ln -s "$SERVICE" /app/service

FROM mcr.microsoft.com/dotnet/aspnet:10.0-alpine
WORKDIR /app
# Where Gaia.Asset receives files, and keeps them when a volume is mounted and no bucket is configured.
RUN mkdir /data && chown "$APP_UID" /data
COPY --from=build /app .
ENV ASPNETCORE_HTTP_PORTS=8080 ASSET_PATH=/data
EXPOSE 8080
USER $APP_UID
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/alive"]
# The process itself, so that signals reach it and arguments do: "migrate" brings the database up to date and ends.
ENTRYPOINT ["./service"]
