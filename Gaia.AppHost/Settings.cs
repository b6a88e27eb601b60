using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Gaia.AppHost;

internal static class Settings
{
    /// <summary>Hands on the flat variables that are set where the AppHost starts.</summary>
    public static IResourceBuilder<ProjectResource> WithGaiaSettings(this IResourceBuilder<ProjectResource> service)
    {
        var settings = service.ApplicationBuilder.Configuration;
        foreach (var variable in KnownVariables.All.Where(variable => !variable.IsAppHosts && variable.IsReadBy(service.Resource.Name)))
        {
            service.Hand(variable.Name, settings[variable.Name]);
        }

        // The graph's own Redis has a password of its own, under the same name: the caller's belongs to the caller's Redis only.
        return settings["REDIS_URL"] is { Length: > 0 } ? service.Hand("REDIS_PASSWORD", settings["REDIS_PASSWORD"]) : service;
    }

    /// <summary>The public port: 8666, <c>GATEWAY_PORT</c> changes it.</summary>
    public static IResourceBuilder<ProjectResource> WithGatewayPort(this IResourceBuilder<ProjectResource> gateway) =>
        gateway.Number("GATEWAY_PORT", "a port from 1 to 65535", ushort.MaxValue) is { } port ? gateway.WithEndpoint("http", http => http.Port = port) : gateway;

    /// <summary>Any port that is free, not the one for starting the service alone: a second Gaia on this machine needs no more than a <c>GATEWAY_PORT</c>.</summary>
    public static IResourceBuilder<ProjectResource> WithAnyPort(this IResourceBuilder<ProjectResource> service) =>
        service.WithEndpoint("http", http => http.Port = null);

    /// <summary>How many of the service run side by side: one, <c>GAIA_REPLICAS</c> changes it for every service alike.</summary>
    public static IResourceBuilder<ProjectResource> WithGaiaReplicas(this IResourceBuilder<ProjectResource> service) =>
        service.Number("GAIA_REPLICAS", "a number from 1 to 10", 10) is { } replicas ? service.WithReplicas(replicas) : service;

    /// <summary>A whole number from 1 to the largest; null when it is not set. Anything else ends the AppHost with one line.</summary>
    private static int? Number(this IResourceBuilder<ProjectResource> service, string name, string allowed, int largest)
    {
        if (service.ApplicationBuilder.Configuration[name] is not { Length: > 0 } text)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > largest)
        {
            Console.Error.WriteLine($"{name} is \"{text}\": expected {allowed}.");
            Environment.Exit(1);
        }

        return number;
    }

    private static IResourceBuilder<ProjectResource> Hand(this IResourceBuilder<ProjectResource> service, string name, string? value) =>
        string.IsNullOrEmpty(value) ? service : service.WithEnvironment(name, value);
}
