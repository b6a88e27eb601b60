using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire;

/// <summary>
/// Every integration reads its settings alike: its section, then the part of it named after the connection or the type, then
/// <c>ConnectionStrings:{name}</c>, then the caller's delegate; a later one wins.
/// </summary>
internal static class ConnectionSettings
{
    public static TSettings Read<TSettings>(IHostApplicationBuilder builder, string section, params ReadOnlySpan<string> parts)
        where TSettings : class, new()
    {
        var settings = new TSettings();
        var root = builder.Configuration.GetSection(section);
        root.Bind(settings);
        foreach (var part in parts)
        {
            root.GetSection(part).Bind(settings);
        }

        return settings;
    }
}
