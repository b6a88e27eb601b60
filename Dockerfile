# One service per image: docker build --build-arg SERVICE=Gaia.Gateway . (Gaia.Auth, Gaia.Chat, Gaia.Asset). Fly builds it remotely as it is.
FROM mcr.microsoft.com/dotnet/sdk:10.0-alpine AS build
ARG SERVICE
WORKDIR /src
# Services need Aspire's client integrations only, and the stand-ins are the same code for that: no image depends on what a feed has.
ENV UseAspire=false
COPY . .
RUN dotnet publish "$SERVICE" -c Release -o /app --nologo -v quiet

FROM mcr.microsoft.com/dotnet/aspnet:10.0-alpine
ARG SERVICE
WORKDIR /app
COPY --from=build /app .
# Where Gaia.Asset keeps files when a volume is mounted and no bucket is configured.
RUN mkdir /data && chown "$APP_UID" /data
ENV ASPNETCORE_HTTP_PORTS=8080 ASSET_PATH=/data GAIA_SERVICE=$SERVICE
EXPOSE 8080
USER $APP_UID
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/alive"]
# The shell gives way to the service, which then gets the signals.
ENTRYPOINT ["/bin/sh", "-c", "exec dotnet \"$GAIA_SERVICE.dll\""]
