using System.Globalization;
using Gaia.Caching.Administration;
using Gaia.Messaging.Streams;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace Gaia;

/// <summary>
/// Makes a standby of the service's database, in a region that has followed another, the database of the new home: after a comparison with what home's streams
/// have announced, as home has them or, when home does not answer, as this region has mirrored them. Refuses what would lose changes (docs/regions.md).
/// </summary>
internal static class PromoteCommand
{
    public const string Argument = "promote";

    /// <summary>How long NATS, here and at home, may take to answer.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <param name="app">The service, configured as in the new home.</param>
    /// <param name="options"><c>--lose N</c>: so many changes of each stream may be lost; <c>--check</c>: compares only.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(WebApplication app, string[] options)
    {
        await using var services = app;
        try
        {
            var (lose, checkOnly) = Read(options);
            await CheckAsync(app.Services, lose);
            if (!checkOnly)
            {
                await PromoteAsync(app.Services);
            }

            return 0;
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync($"{app.Environment.ApplicationName} is not promoted: {failure.GetBaseException().Message.ReplaceLineEndings(" ")}");
            return 1;
        }
    }

    private static (long? Lose, bool CheckOnly) Read(string[] options)
    {
        long? lose = null;
        var checkOnly = false;
        for (var left = options.AsSpan(); left.Length > 0;)
        {
            switch (left)
            {
                case ["--check", .. var rest]:
                    checkOnly = true;
                    left = rest;
                    break;
                case ["--lose", var text, .. var rest] when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                    lose = number;
                    left = rest;
                    break;
                default:
                    throw new PromotionException($"\"{string.Join(' ', left.ToArray())}\" is not expected: expected --check, or --lose and a number");
            }
        }

        return (lose, checkOnly);
    }

    /// <exception cref="PromotionException">More would be lost than may be.</exception>
    private static async Task CheckAsync(IServiceProvider services, long? lose)
    {
        var region = services.GetRequiredService<IOptions<RegionOptions>>().Value.Name ?? throw new PromotionException("GAIA_REGION is missing: expected the region to promote");
        var nats = services.GetRequiredService<INatsConnection>();
        var local = new NatsJSContext(nats);
        using var deadline = new CancellationTokenSource(Deadline);
        var domain = (await AskAsync(async ct => (await local.GetAccountInfoAsync(ct)).Domain, "NATS does not answer", deadline.Token))!;
        if (domain != region)
        {
            throw new PromotionException($"NATS_URL names the NATS of {(domain.Length > 0 ? domain : "no region")}, expected that of {region}");
        }

        if (services.GetService<CacheCluster>() is { } cluster && await FindWritersAsync(cluster) is { Count: > 0 } writers)
        {
            throw new PromotionException($"{string.Join(", ", writers)} at home still run: stop them first, so that nothing more is written there");
        }

        foreach (var database in services.GetServices<IStreamedDatabase>())
        {
            await CheckAsync(database, nats, local, region, lose);
        }

        foreach (var promotion in services.GetServices<DatabasePromotion>())
        {
            await CheckAsync(promotion, lose);
        }
    }

    /// <summary>Not everything that is written is announced: the standby must have all that its primary has.</summary>
    private static async Task CheckAsync(DatabasePromotion promotion, long? lose)
    {
        switch (await promotion.LookAsync(waits: lose is null, CancellationToken.None))
        {
            case StandbyState.Unknown when lose is null:
                throw new PromotionException("the standby's primary is silent, so what it has written since is not known. --lose 0 accepts that");
            case StandbyState.Behind when lose is null or 0:
                throw new PromotionException("the standby has not applied all that its primary has written. Wait until it has, or accept the loss by --lose 1");
        }
    }

    /// <summary>Gateways of the region answer as well; they write nothing.</summary>
    private static async Task<IReadOnlyList<string>> FindWritersAsync(CacheCluster cluster) =>
        [.. (await cluster.FindServicesAsync()).Where(service => service != Resources.Gateway)];

    private static async Task CheckAsync(IStreamedDatabase database, INatsConnection nats, NatsJSContext local, string region, long? lose)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var mirror = (await AskAsync(async ct => await local.GetStreamAsync(database.Stream, cancellationToken: ct), $"{region} has no stream {database.Stream}", deadline.Token)).Info;
        var source = StreamMirror.Read(mirror) ?? throw new PromotionException($"the stream {database.Stream} is no mirror: {region} follows no other region");

        var home = new NatsJSContext(nats, new NatsJSOpts(nats.Opts, domain: source.Home));
        var written = await FindAsync(home, database.Stream);
        var missing = written is not null
            ? await database.CountMissingAsync(home, written, written.Created, CancellationToken.None)
            : await database.CountMissingAsync(local, mirror, source.MadeAt, CancellationToken.None);
        Console.WriteLine(missing is 0
            ? $"{database.Stream}: the database has everything that {source.Home} has announced."
            : $"{database.Stream}: up to {missing} changes that {source.Home} has announced are not in the database.");
        if (written is null && lose is null)
        {
            throw new PromotionException(
                $"{source.Home} does not answer, so what it has changed since {mirror.State.LastTs} is not known. --lose {missing} accepts that, and the loss of what is known");
        }

        if (missing > (lose ?? 0))
        {
            throw new PromotionException($"up to {missing} changes of {database.Stream} would be lost. Wait until the database has them, or accept the loss by --lose {missing}");
        }
    }

    /// <returns>Null when home does not answer.</returns>
    private static async Task<StreamInfo?> FindAsync(NatsJSContext home, string stream)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            return (await home.GetStreamAsync(stream, cancellationToken: deadline.Token)).Info;
        }
        catch (Exception error) when (StreamPages.IsUnavailable(error))
        {
            return null;
        }
    }

    private static async Task PromoteAsync(IServiceProvider services)
    {
        foreach (var promotion in services.GetServices<DatabasePromotion>())
        {
            Console.WriteLine(await promotion.PromoteAsync(CancellationToken.None) ? "The database is written to here from now on." : "The database was written to here already.");
        }
    }

    private static async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> question, string failure, CancellationToken ct)
    {
        try
        {
            return await question(ct);
        }
        catch (Exception error) when (StreamPages.IsUnavailable(error))
        {
            throw new PromotionException(failure);
        }
    }

    private sealed class PromotionException(string message) : Exception(message);
}
