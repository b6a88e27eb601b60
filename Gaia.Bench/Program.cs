using System.Globalization;
using BenchmarkDotNet.Running;
using Gaia.Bench.Advice;
using Gaia.Bench.Assets;
using Gaia.Bench.Audit;
using Gaia.Bench.Cache;
using Gaia.Bench.Chat;
using Gaia.Bench.Clusters;
using Gaia.Bench.Cost;
using Gaia.Bench.Faults;
using Gaia.Bench.Gateway;
using Gaia.Bench.Guard;
using Gaia.Bench.Idle;
using Gaia.Bench.Journal;
using Gaia.Bench.Load;
using Gaia.Bench.Network;
using Gaia.Bench.Regions;
using Gaia.Bench.Servers;
using Gaia.Bench.Warm;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

switch (args)
{
    case ["cache", "--micro"]:
        BenchmarkRunner.Run<HitBenchmarks>();
        return 0;

    case ["cache", .. var goals]:
        (await CacheBench.RunAsync(goals, stop.Token)).Print(Console.Out);
        return 0;

    case ["gateway", .. var goals]:
        (await GatewayBench.RunAsync(goals, stop.Token)).Print(Console.Out);
        return 0;

    case ["assets", .. var goals]:
        (await AssetBench.RunAsync(goals, stop.Token)).Print(Console.Out);
        return 0;

    case ["chat", .. var goals]:
        (await ChatBench.RunAsync(goals, stop.Token)).Print(Console.Out);
        return 0;

    case ["audit"]:
        (await AuditBench.RunAsync(5, stop.Token)).Print(Console.Out);
        return 0;

    case ["audit", var minutes] when double.TryParse(minutes, CultureInfo.InvariantCulture, out var length) && length > 0:
        (await AuditBench.RunAsync(length, stop.Token)).Print(Console.Out);
        return 0;

    case ["advice"]:
        (await AdviceBench.RunAsync(Console.Error, stop.Token)).Print(Console.Out);
        return 0;

    case ["warm"]:
        (await WarmBench.RunAsync(stop.Token)).Print(Console.Out);
        return 0;

    case ["cluster"]:
        (await ClusterBench.RunAsync(stop.Token)).Print(Console.Out);
        return 0;

    case ["guard"]:
        var (guard, isGood) = await GuardBench.RunAsync(stop.Token);
        guard.Print(Console.Out);
        return isGood ? 0 : 1;

    case ["guard", "--write"]:
        await GuardBench.WriteAsync(stop.Token);
        return 0;

    case ["network"]:
        (await NetworkBench.RunAsync(stop.Token)).Print(Console.Out);
        return 0;

    case ["regions"]:
        (await RegionsBench.RunAsync(100, stop.Token)).Print(Console.Out);
        return 0;

    case ["regions", var times] when int.TryParse(times, out var cuts) && cuts > 0:
        (await RegionsBench.RunAsync(cuts, stop.Token)).Print(Console.Out);
        return 0;

    case ["faults", var times] when int.TryParse(times, out var each) && each > 0:
        (await FaultBench.RunAsync(each, Console.Error, stop.Token)).Print(Console.Out);
        return 0;

    case ["idle"]:
        (await IdleBench.RunAsync(5, stop.Token)).Print(Console.Out);
        return 0;

    case ["idle", var minutes] when int.TryParse(minutes, out var count) && count > 0:
        (await IdleBench.RunAsync(count, stop.Token)).Print(Console.Out);
        return 0;

    case ["cost"]:
        (await CostBench.RunAsync(5, stop.Token)).Print(Console.Out);
        return 0;

    case ["cost", var minutes] when int.TryParse(minutes, out var length) && length > 0:
        (await CostBench.RunAsync(length, stop.Token)).Print(Console.Out);
        return 0;

    case ["journal"]:
        (await JournalBench.RunAsync(events: 100_000, kills: 200, stop.Token)).Print(Console.Out);
        return 0;

    case ["journal", var count, var faults] when int.TryParse(count, out var events) && int.TryParse(faults, out var kills):
        (await JournalBench.RunAsync(events, kills, stop.Token)).Print(Console.Out);
        return 0;

    // What the bench runs in processes of their own.
    case [OpenLoop.Command]:
        return await OpenLoop.RunAsync(Console.In, Console.Out);

    case [BareYarp.Command, var address, var backend]:
        await BareYarp.RunAsync(address, backend, stop.Token);
        return 0;

    case [ModelServer.Command, var port, var pause]:
        await ModelServer.RunAsync(port, pause, stop.Token);
        return 0;

    case [JournalWorker.Writer, var postgres, var redis, var pause] when int.TryParse(pause, out var milliseconds):
        await JournalWorker.WriteAsync(postgres, redis, milliseconds, stop.Token);
        return 0;

    case [JournalWorker.Reader, var postgres, var redis]:
        await JournalWorker.ReadAsync(postgres, redis, stop.Token);
        return 0;

    default:
        await Console.Error.WriteLineAsync("""
            Usage: dotnet run -c Release --project Gaia.Bench -- cache|gateway|chat|assets [goals] | advice | warm | cluster | network | guard [--write] | journal [events faults] | audit|cost|idle [minutes] | faults N | regions [cuts]

            cache            measures the cache layer against its goals, with its peers side by side
            cache P8 P13     only these goals
            cache --micro    the hit path by BenchmarkDotNet; slow
            gateway          measures admission, limits and forwarding, with a bare YARP and nginx beside them
            chat             measures personas and chat, with the model server itself, nginx, a bare YARP and Portkey beside them
            assets           measures files and image variants, with nginx beside them, and what services take to start and to stand idle
            advice           compares hit ratios that were predicted for other cache settings with those measured with them
            audit            audits three nodes under faults, times how broken fencing rules are found, and counts what the audit costs
            cost             compares the Redis commands that Gaia tells of with those that Redis counts, and measures the console and what it costs while it is open
            cluster          measures reads on a Redis Cluster while one of three primaries is frozen
            faults N         kills and freezes Postgres, Redis, NATS and each pair of them N times each while writes are under way, and counts older reads
            journal          kills who writes and reads events, and Redis, 200 times during 100,000 events, and counts what was lost or had two effects
            guard            compares a few figures, in under two minutes, with those in Guard/baseline.json, and fails when one is worse than they varied
            guard --write    measures them three times and writes that file
            network          measures what caches save where Redis and Postgres are 2 and 5 ms away, as on Fly.io
            regions          measures a region that follows home, at several distances, and what it answers while it is cut off 100 times
            warm             measures what nodes have in memory after a start
            idle             counts what Redis is asked while nobody uses Gaia
            """);
        return 2;
}
