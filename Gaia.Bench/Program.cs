using BenchmarkDotNet.Running;
using Gaia.Bench.Cache;

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
        var table = await CacheBench.RunAsync(goals, stop.Token);
        table.Print(Console.Out);
        return 0;

    default:
        await Console.Error.WriteLineAsync("""
            Usage: dotnet run -c Release --project Gaia.Bench -- cache [goals]

            cache            measures the cache layer against its goals, with its peers side by side
            cache P8 P13     only these goals
            cache --micro    the hit path by BenchmarkDotNet; slow
            """);
        return 2;
}
