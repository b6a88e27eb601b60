using System.Globalization;
using Gaia.Testing.Caching;
using Microsoft.Extensions.DependencyInjection;

namespace Gaia.Tests.Caching;

/// <summary>
/// What runs in the process of a <see cref="WriterProcess"/>: a service's database, cache and outbox, and nothing besides, as it is started hundreds of times.
/// </summary>
internal static class WriterProgram
{
    public const string Name = "cache-changer";

    /// <param name="settings">Where Redis, NATS and Postgres are.</param>
    public static async Task<int> RunAsync(string[] settings)
    {
        await using var node = await OutboxServers.StartNodeAsync(settings[0], settings[1], settings[2], trusted: false);
        await System.Console.Out.WriteLineAsync("ready");
        while (await System.Console.In.ReadLineAsync() is { } told && told.Split(' ') is [var id, var version])
        {
            await using var scope = node.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<DocDb>();
            var row = db.Update(new DocRow { Id = id, Version = long.Parse(version, CultureInfo.InvariantCulture) }).Entity;
            await db.SaveAsync(row, CancellationToken.None);
            await System.Console.Out.WriteLineAsync("changed");
        }

        return 0;
    }
}
