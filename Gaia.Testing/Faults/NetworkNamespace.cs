using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Gaia.Testing.Faults;

/// <summary>
/// A network of its own for servers that are far from the others, as the kernel has it. One link leads to where tests run, and stays; the other leads home, and
/// can be cut in the ways that networks break. Needs root, or sudo without a password.
/// </summary>
public sealed class NetworkNamespace : IAsyncDisposable
{
    /// <summary>No interface has it, so that what is sent there is lost without a word.</summary>
    private const string UnusedMac = "02:00:00:00:00:99";

    private static readonly string[] Root = Environment.IsPrivilegedProcess ? [] : ["sudo", "--non-interactive", "--preserve-env"];

    private static readonly string Own = $"gaia{Environment.ProcessId}";

    // Of the process, as others may run tests at the same time.
    private static readonly string Subnet = $"10.{64 + (Environment.ProcessId / 256 % 64)}.{Environment.ProcessId % 256}";

    private static int count;

    private readonly string name;
    private readonly string homeAddress;

    private NetworkNamespace(int number)
    {
        var first = number * 12 % 252;
        (name, homeAddress) = ($"{Own}-{number}", $"{Subnet}.{first + 9}");
        (ToTests, ToHome) = (new($"gt{Environment.ProcessId}-{number}", $"{Subnet}.{first + 1}", $"{Subnet}.{first + 2}"),
            new($"gh{Environment.ProcessId}-{number}", $"{Subnet}.{first + 5}", $"{Subnet}.{first + 6}"));
    }

    /// <summary>Where tests reach the servers in it.</summary>
    public string Address => ToTests.There;

    /// <summary>An address of this machine at which its servers reach those at home. It stays while the link is cut.</summary>
    public string HomeAddress => homeAddress;

    /// <summary>Starts a program in it.</summary>
    public IEnumerable<string> Launcher =>
    [
        .. Root, "ip", "netns", "exec", name,
        .. Environment.IsPrivilegedProcess ? [] : (string[])[.. Root, "--user", Environment.UserName, "env", $"PATH={Environment.GetEnvironmentVariable("PATH")}"],
    ];

    private VethPair ToTests { get; }

    private VethPair ToHome { get; }

    public static async Task<NetworkNamespace> CreateAsync(CancellationToken ct)
    {
        await RemoveOrphansAsync(ct);
        var network = new NetworkNamespace(Interlocked.Increment(ref count) - 1);
        await RunAsync(["netns", "add", network.name], ct);
        try
        {
            await RunAsync(["-n", network.name, "link", "set", "lo", "up"], ct);
            await network.AddAsync(network.ToTests, ct);
            await network.AddAsync(network.ToHome, ct);
            await RunAsync(["address", "add", $"{network.HomeAddress}/32", "dev", network.ToTests.Name], ct);
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

    /// <summary>With its links. To be called when its servers have ended.</summary>
    public async ValueTask DisposeAsync() => await RunAsync(["netns", "del", name], CancellationToken.None);

    /// <summary>Those of processes that were killed.</summary>
    private static async Task RemoveOrphansAsync(CancellationToken ct)
    {
        foreach (var line in (await RunAsync(["netns", "list"], ct)).Split('\n'))
        {
            if (Regex.Match(line, @"^gaia(\d+)-\d+") is { Success: true } known && !Directory.Exists($"/proc/{known.Groups[1].Value}"))
            {
                await RunAsync(["netns", "del", known.Value], ct);
            }
        }
    }

    private static string[] Neighbour(string[] where, string device, string address) => [.. where, "neigh", "replace", address, "lladdr", UnusedMac, "dev", device, "nud", "permanent"];

    /// <returns>Its output.</returns>
    private static async Task<string> RunAsync(string[] arguments, CancellationToken ct)
    {
        string[] program = [.. Root, "ip", .. arguments];
        using var ip = Process.Start(new ProcessStartInfo(program[0], program[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (ip.StandardOutput.ReadToEndAsync(ct), ip.StandardError.ReadToEndAsync(ct));
        await ip.WaitForExitAsync(ct);
        return ip.ExitCode == 0 ? await output : throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {await error}");
    }

    private async Task AddAsync(VethPair pair, CancellationToken ct)
    {
        await RunAsync(["link", "add", pair.Name, "type", "veth", "peer", "name", pair.Far, "netns", name], ct);
        await RunAsync(["address", "add", $"{pair.Here}/30", "dev", pair.Name], ct);
        await RunAsync(["link", "set", pair.Name, "up"], ct);
        await RunAsync(["-n", name, "address", "add", $"{pair.There}/30", "dev", pair.Far], ct);
        await RunAsync(["-n", name, "link", "set", pair.Far, "up"], ct);
    }

    /// <param name="Name">Of the end that is not in the namespace.</param>
    /// <param name="Here">That end's address.</param>
    /// <param name="There">The other end's address.</param>
    private sealed record VethPair(string Name, string Here, string There)
    {
        /// <summary>The end in the namespace.</summary>
        public string Far => "p" + Name[1..];
    }
}
