using System.Net;
using System.Net.Sockets;

namespace Gaia.Tests.Engine;

/// <summary>A graph that cannot start ends at once, with one line: which resource, why, what to do.</summary>
public sealed class StartFailureTests
{
    [Fact]
    public async Task A_taken_port_ends_the_start_with_one_line()
    {
        using var state = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        await using var apphost = AppHostProcess.Start(state, [], ("GATEWAY_PORT", port));

        Assert.NotEqual(0, await apphost.ExitAsync(TestContext.Current.CancellationToken));

        // Another Gaia on this machine may have the port of a service, which is found first.
        Assert.Matches(@"^\w+: port \d+ is taken\. .+$", Assert.Single(apphost.Errors));
    }

    [Fact]
    public async Task A_missing_program_ends_the_start_with_one_line()
    {
        using var state = new TemporaryFolder();
        using var path = new TemporaryFolder();
        var found = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, "setsid")).FirstOrDefault(File.Exists);
        if (found is not null)
        {
            File.CreateSymbolicLink(Path.Combine(path.Path, "setsid"), found);
        }

        await using var apphost = AppHostProcess.Start(state, ["--DcpPublisher:RandomizePorts=true"], ("PATH", path.Path));

        Assert.NotEqual(0, await apphost.ExitAsync(TestContext.Current.CancellationToken));
        Assert.Matches(@"^redis: redis-server is not installed\. Install .+$", Assert.Single(apphost.Errors));
    }
}
