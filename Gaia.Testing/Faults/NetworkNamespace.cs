using System.Diagnostics;

namespace Gaia.Testing.Faults;

/// <summary>
/// A network of its own for servers that are far from the others, as the kernel has it. One link leads to where tests run, and stays; the other leads home, and
/// can be cut in the ways that networks break. Needs root.
/// </summary>
public sealed class NetworkNamespace : IAsyncDisposable
{
    /// <summary>Nobody has it, so that what is sent there is lost without a word.</summary>
    private const string Nobody = "02:00:00:00:00:99";

    private static int count;

    private readonly string name;
    private readonly string subnet;

    private NetworkNamespace(int number)
    {
        name = $"gaia{Environment.ProcessId}-{number}";
        subnet = $"10.{77 + (number / 250)}.{number % 250}";
        (ToTests, ToHome) = (new($"gt{Environment.ProcessId}-{number}", $"{subnet}.1", $"{subnet}.2"), new($"gh{Environment.ProcessId}-{number}", $"{subnet}.5", $"{subnet}.6"));
    }

    /// <summary>Where tests reach the servers in it.</summary>
    public string Address => ToTests.There;

    /// <summary>An address of this machine at which its servers reach those at home. It stays while the link is cut.</summary>
    public string HomeAddress => $"{subnet}.9";

    /// <summary>Starts a program in it.</summary>
    public IEnumerable<string> Launcher => ["ip", "netns", "exec", name];

    private Cable ToTests { get; }

    private Cable ToHome { get; }

    public static async Task<NetworkNamespace> CreateAsync(CancellationToken ct)
    {
        var network = new NetworkNamespace(Interlocked.Increment(ref count));
        try
        {
            await RunAsync(["netns", "add", network.name], ct);
            await RunAsync(["-n", network.name, "link", "set", "lo", "up"], ct);
            await network.LayAsync(network.ToTests, ct);
            await network.LayAsync(network.ToHome, ct);
            await RunAsync(["address", "add", $"{network.HomeAddress}/32", "dev", "lo"], ct);
            await RunAsync(["-n", network.name, "route", "add", network.HomeAddress, "via", network.ToHome.Here], ct);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>The link to home breaks, and both sides see that.</summary>
    public Task CutAsync(CancellationToken ct) => RunAsync(["link", "set", ToHome.Name, "down"], ct);

    /// <summary>What home sends is lost.</summary>
    public Task LoseFromHomeAsync(CancellationToken ct) => RunAsync(Neighbour([], ToHome.Name, ToHome.There), ct);

    /// <summary>What is sent to home is lost.</summary>
    public Task LoseToHomeAsync(CancellationToken ct) => RunAsync(Neighbour(["-n", name], ToHome.Far, ToHome.Here), ct);

    /// <summary>All links are as they were.</summary>
    public async Task HealAsync(CancellationToken ct)
    {
        await RunAsync(["link", "set", ToHome.Name, "up"], ct);
        await RunAsync(["neigh", "flush", "dev", ToHome.Name, "nud", "permanent"], ct);
        await RunAsync(["-n", name, "neigh", "flush", "dev", ToHome.Far, "nud", "permanent"], ct);
    }

    /// <summary>With the processes that still run in it.</summary>
    public async ValueTask DisposeAsync()
    {
        await RunAsync(["netns", "del", name], CancellationToken.None);
        await RunAsync(["address", "del", $"{HomeAddress}/32", "dev", "lo"], CancellationToken.None);
    }

    private static string[] Neighbour(string[] where, string device, string address) => [.. where, "neigh", "replace", address, "lladdr", Nobody, "dev", device, "nud", "permanent"];

    private static async Task RunAsync(string[] arguments, CancellationToken ct)
    {
        using var ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = await ip.StandardError.ReadToEndAsync(ct);
        await ip.WaitForExitAsync(ct);
        if (ip.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {error}");
        }
    }

    private async Task LayAsync(Cable cable, CancellationToken ct)
    {
        await RunAsync(["link", "add", cable.Name, "type", "veth", "peer", "name", cable.Far, "netns", name], ct);
        await RunAsync(["address", "add", $"{cable.Here}/30", "dev", cable.Name], ct);
        await RunAsync(["link", "set", cable.Name, "up"], ct);
        await RunAsync(["-n", name, "address", "add", $"{cable.There}/30", "dev", cable.Far], ct);
        await RunAsync(["-n", name, "link", "set", cable.Far, "up"], ct);
    }

    /// <param name="Name">Of the end that is not in the namespace.</param>
    /// <param name="Here">That end's address.</param>
    /// <param name="There">The other end's address.</param>
    private sealed record Cable(string Name, string Here, string There)
    {
        /// <summary>The end in the namespace.</summary>
        public string Far => "p" + Name[1..];
    }
}
